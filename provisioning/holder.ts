import type { Board } from '../device-sdk/link/index.ts'
import type { Prove, Result } from '../device-sdk/protocol/index.ts'
import {
  encodeProve,
  equalBytes,
  fail,
  frameTypes,
  kidOf,
  ok,
  readEnrol,
  readSign1,
  writeTagged,
} from '../device-sdk/protocol/index.ts'
import type { Signer } from '../device-sdk/signer/index.ts'
import { evmAddress, sha256, signTypedMessage } from '../device-sdk/signer/index.ts'
import { proofOf } from './proof.ts'

/** What a device says of its key. */
export type Proof = {
  /** The token over the provisioner's nonce, tagged. */
  readonly enrol: Uint8Array
  /** DeviceClaim by the device, 65 bytes; null where no owner was named. */
  readonly deviceSignature: Uint8Array | null
}

/** Who holds the key of a device and proves it: a folder of this machine, or a board on its line. */
export type Holder = { readonly publicKey: Uint8Array; prove(request: Prove): Promise<Result<Proof>> }

export const keyHolder = (signer: Signer, softwareVersion: string): Holder => ({
  publicKey: signer.publicKey,
  prove: async ({ net, nonce, claim }) => {
    const { publicKey } = signer
    const enrol = proofOf(signer, net, nonce, softwareVersion)
    if (claim === undefined) return ok({ enrol, deviceSignature: null })
    const { chainId, owner, expires } = claim
    const message = { net, publicKey, device: evmAddress(publicKey), owner, nonce: sha256(nonce), expires }
    return ok({ enrol, deviceSignature: signTypedMessage(signer, 'DeviceClaim', message, chainId) })
  },
})

const makeKey = async (board: Board): Promise<Result<Uint8Array>> => {
  const made = await board.ask(frameTypes.key, new Uint8Array())
  if (!made.ok) return made
  return made.value.length === 33
    ? made
    : fail('board/failed', `${board.path} gives a key of ${made.value.length} bytes`)
}

/** The key of a board, made there where it has none; it never leaves the board. Errors: those of `ask`, board/failed. */
export const boardHolder = async (board: Board): Promise<Result<Holder>> => {
  const there = board.hello().publicKey
  const key = there === null ? await makeKey(board) : ok(there)
  if (!key.ok) return key
  const publicKey = key.value
  return ok({
    publicKey,
    prove: async (request) => {
      const said = await board.ask(frameTypes.prove, encodeProve(request), frameTypes.enrol)
      const message = said.ok ? readSign1(said.value) : said
      const enrol = message.ok ? readEnrol(message.value.payload) : message
      if (!message.ok || !enrol.ok) return enrol as Result<never>
      const { nonce, deviceClaim = null } = enrol.value
      const asked = equalBytes(nonce, request.nonce) && equalBytes(enrol.value.publicKey, publicKey)
      if (!asked || (request.claim !== undefined && deviceClaim === null)) {
        return fail('board/failed', `${board.path} proves something else`)
      }
      const tagged = writeTagged({ ...message.value, kid: kidOf(publicKey, sha256) })
      return ok({ enrol: tagged, deviceSignature: deviceClaim })
    },
  })
}
