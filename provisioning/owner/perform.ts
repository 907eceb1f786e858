import type { Result } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, fromHex, ok, toHex } from '../../device-sdk/protocol/index.ts'
import type { Signer } from '../../device-sdk/signer/index.ts'
import { evmAddress, recoverAddress, signTypedMessage } from '../../device-sdk/signer/index.ts'
import type { Document, GatewayClient } from '../gateway-client.ts'
import type { Act, Need } from './act.ts'
import { showAddress } from './address.ts'
import { forgetPending, readPending, writePending } from './pending.ts'
import type { TypedData } from './typed-data.ts'
import { digestOf, typedDataOf } from './typed-data.ts'

export type Waiting = {
  readonly waiting: true
  /** The addresses whose signatures are missing. */
  readonly signers: readonly string[]
  /** Unix time in seconds after which the gateway refuses it. */
  readonly expires: number
  readonly typedData: TypedData
}
export type Done = { readonly waiting: false; readonly answer: Document }

/** Where signatures come from: keys that are here, texts that were pasted, and somebody who can be asked. */
export type Signatures = {
  readonly signers: readonly Signer[]
  readonly pasted: readonly string[]
  readonly ask?: (address: string, typedData: TypedData) => Promise<string | null>
}

const missing = ({ needs, signatures }: Act): Need[] => needs.filter(({ field }) => signatures[field] === undefined)

const signWith = (act: Act, signer: Signer): Act => {
  const address = evmAddress(signer.publicKey)
  const { name, message, chainId } = act.typed
  const mine = missing(act).filter((need) => equalBytes(need.address, address))
  const made = mine.map(({ field }) => [field, signTypedMessage(signer, name, message, chainId)] as const)
  return { ...act, signatures: { ...act.signatures, ...Object.fromEntries(made) } }
}

/** 65 bytes from hex, with 0x or without. Some hardware wallets write v as 0 or 1. */
const readSignature = (text: string): Uint8Array | null => {
  const bytes = fromHex(text.trim().toLowerCase().replace(/^0x/, ''))
  if (bytes?.length !== 65) return null
  const v = bytes[64] as number
  if (v < 2) bytes[64] = v + 27
  return bytes
}

/** A pasted signature goes where the address that made it is needed: nobody has to say which one it is. */
const takeSignature = (act: Act, text: string): Result<Act> => {
  const signature = readSignature(text)
  if (signature === null) return fail('sign/bad-signature', 'not 65 bytes in hex')
  const by = recoverAddress(digestOf(act.typed), signature)
  const need = by === null ? undefined : act.needs.find(({ address }) => equalBytes(address, by))
  if (need === undefined) {
    const wanted = act.needs.map(({ address }) => showAddress(address)).join(' or ')
    return fail(
      'sign/bad-signature',
      `of ${by === null ? 'nobody' : showAddress(by)} over this message, wanted ${wanted}`,
    )
  }
  return ok({ ...act, signatures: { ...act.signatures, [need.field]: signature } })
}

const gather = async (act: Act, { signers, pasted, ask }: Signatures): Promise<Result<Act>> => {
  let gathered = signers.reduce(signWith, act)
  for (const text of pasted) {
    const taken = takeSignature(gathered, text)
    if (!taken.ok) return taken
    gathered = taken.value
  }
  for (const need of ask === undefined ? [] : missing(gathered)) {
    const text = await ask?.(showAddress(need.address), typedDataOf(act.typed))
    if (text === null || text === undefined) break
    const taken = takeSignature(gathered, text)
    if (!taken.ok) return taken
    gathered = taken.value
  }
  return ok(gathered)
}

const bodyOf = ({ body, within, signatures }: Act): Document => {
  const texts = Object.fromEntries(Object.entries(signatures).map(([field, bytes]) => [field, `0x${toHex(bytes)}`]))
  return within === null ? { ...body, ...texts } : { ...body, [within]: { ...(body[within] as Document), ...texts } }
}

/**
 * Makes an act or goes on with the one that waits in `pendingFile`, gathers signatures, and sends it once none is missing. Until
 * then it is kept in that file, for a later run; the gateway's refusal ends it.
 */
export const perform = async (
  client: GatewayClient,
  words: string,
  make: () => Promise<Result<Act>>,
  signatures: Signatures,
  pendingFile: string,
): Promise<Result<Waiting | Done>> => {
  const kept = readPending(pendingFile, words)
  if (kept === null && signatures.pasted.length > 0) return fail('sign/nothing-waits')
  const act = kept === null ? await make() : ok(kept)
  if (!act.ok) return act
  const gathered = await gather(act.value, signatures)
  if (!gathered.ok) {
    // Typed once more, it may be right.
    writePending(pendingFile, act.value)
    return gathered
  }
  const absent = missing(gathered.value)
  if (absent.length > 0) {
    writePending(pendingFile, gathered.value)
    const { typed } = gathered.value
    const signers = absent.map(({ address }) => showAddress(address))
    return ok({ waiting: true, signers, expires: typed.message.expires, typedData: typedDataOf(typed) })
  }
  const sent = await client.send('POST', act.value.path, bodyOf(gathered.value))
  if (!sent.ok && sent.error.code === 'gateway/unreachable') writePending(pendingFile, gathered.value)
  else forgetPending(pendingFile)
  return sent.ok ? ok({ waiting: false, answer: sent.value }) : sent
}
