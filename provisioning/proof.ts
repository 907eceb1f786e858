import {
  encodeEnrol,
  kidOf,
  mtypes,
  signPayload,
  toHex,
  ueidOf,
  wordsOf,
  writeTagged,
} from '../device-sdk/protocol/index.ts'
import type { Signer } from '../device-sdk/signer/index.ts'
import { sha256 } from '../device-sdk/signer/index.ts'

const softwareName = 'hexfix'

export const kidTextOf = (publicKey: Uint8Array): string => toHex(kidOf(publicKey, sha256))
export const wordsOfKey = (publicKey: Uint8Array): string => wordsOf(kidOf(publicKey, sha256))

/** The proof that this device holds its key: a token over the provisioner's nonce (RFC 9711, RFC 8747), tagged. */
export const proofOf = (signer: Signer, net: number, nonce: Uint8Array, softwareVersion: string): Uint8Array => {
  const { publicKey } = signer
  const enrol = {
    nonce,
    publicKey,
    ueid: ueidOf(publicKey, sha256),
    softwareName,
    softwareVersion: [softwareVersion] as const,
  }
  const binding = { mtype: mtypes.enrol, net, kid: kidOf(publicKey, sha256) }
  return writeTagged(signPayload(encodeEnrol(enrol), binding, sha256, signer.sign))
}
