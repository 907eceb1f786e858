import { utf8Bytes } from '../../protocol/cbor/utf8.ts'
import { ueidOf } from '../../protocol/device-id.ts'
import { encodeEnrol } from '../../protocol/enrol.ts'
import type { Prove } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import type { DeviceSigner } from '../signer/device-signer.ts'
import type { Board } from './board.ts'
import { claimDigest } from './claim-digest.ts'
import type { Key } from './key.ts'
import { signMessage } from './sign-message.ts'

const signClaim = (board: Board, prove: Prove, done: (claim: Uint8Array) => void): void => {
  const key = board.key as Key
  const claim = prove.claim as { chainId: number; owner: Uint8Array; expires: number }
  const digest = claimDigest(
    {
      net: prove.net,
      chainId: claim.chainId,
      publicKey: key.publicKey,
      device: key.address,
      owner: claim.owner,
      nonce: board.crypto.sha256(prove.nonce),
      expires: claim.expires,
    },
    board.crypto.keccak256,
  )
  const signer = board.signer as DeviceSigner
  signer.sign(digest, (signature) => {
    const withV = new Uint8Array(signature)
    withV[64] = 27 + (signature[64] as number)
    done(withV)
  })
}

/** The proof that this board holds its key, for a nonce of the provisioner, with its claim for an owner if one is named. */
export const proveKey = (board: Board, prove: Prove, done: (compact: Uint8Array) => void): void => {
  const publicKey = (board.key as Key).publicKey
  const enrol = {
    nonce: prove.nonce,
    publicKey,
    ueid: ueidOf(publicKey, board.crypto.sha256),
    hardwareModel: utf8Bytes(board.config.board),
    softwareName: board.config.app,
    softwareVersion: [`${board.config.firmware}`] as const,
    bootCount: board.boot,
  }
  const finish = (deviceClaim?: Uint8Array): void =>
    signMessage(
      board,
      mtypes.enrol,
      prove.net,
      encodeEnrol(deviceClaim === undefined ? enrol : Object.assign({ deviceClaim }, enrol)),
      done,
    )
  if (prove.claim === undefined) finish()
  else signClaim(board, prove, finish)
}
