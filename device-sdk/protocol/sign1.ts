import { concatBytes, equalBytes } from './bytes.ts'
import { encode } from './cbor/encode.ts'
import { messageBytesMax } from './limits.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'

/**
 * COSE_Sign1 with ES256K. Pure: bytes in, Result out; never throws on hostile input.
 * Spec: RFC 9052 section 4.2 (COSE_Sign1) and 4.4 (Sig_structure), RFC 8812 section 3.2 (ES256K, alg -47).
 */
export type Sign1 = { readonly kid: Uint8Array | null; readonly payload: Uint8Array; readonly signature: Uint8Array }

/** Message types: bound through the external AAD, sent nowhere. */
export const mtypes = {
  report: 1,
  enrol: 2,
  time: 3,
  command: 4,
  result: 5,
  update: 6,
  receipt: 7,
  connect: 8,
  entropy: 9,
  sync: 10,
} as const

/** What a signature binds besides the payload. `kid` is the signer's; `to` the addressed device's, in what a gateway sends to one. */
export type Binding = {
  readonly mtype: number
  readonly net: number
  readonly kid: Uint8Array
  readonly to?: Uint8Array
}

export type Sha256 = (bytes: Uint8Array) => Uint8Array
/** Digest of 32 bytes in, r || s of 64 bytes out, deterministic (RFC 6979) and low-S. */
export type SignDigest = (digest: Uint8Array) => Uint8Array
/** Digest of 32 bytes, compressed key of 33, r || s of 64. Refuses high-S. Never throws. */
export type VerifyDigest = (digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array) => boolean

const signatureBytes = 64
const kidBytes = 8
/** {1: -47}, always these four bytes. */
const protectedHeader = new Uint8Array([0xa1, 0x01, 0x38, 0x2e])
/** Tag 18, array of 4, byte string of 4, the protected header. */
const opening = new Uint8Array([0xd2, 0x84, 0x44, 0xa1, 0x01, 0x38, 0x2e])
const kidHeader = new Uint8Array([0xa1, 0x04, 0x48])
const signatureHead = new Uint8Array([0x58, 0x40])

export const externalAad = (binding: Binding): Uint8Array => {
  const bound = ['HXF1', binding.mtype, binding.net, binding.kid]
  return encode(binding.to === undefined ? bound : bound.concat([binding.to]))
}

/** The Sig_structure of RFC 9052 section 4.4. */
export const toBeSigned = (binding: Binding, payload: Uint8Array): Uint8Array =>
  encode(['Signature1', protectedHeader, externalAad(binding), payload])

export const signPayload = (payload: Uint8Array, binding: Binding, sha256: Sha256, sign: SignDigest): Sign1 => ({
  kid: binding.kid,
  payload,
  signature: sign(sha256(toBeSigned(binding, payload))),
})

/** The tagged form. An independent COSE library reads it as it is. */
export const writeTagged = (message: Sign1): Uint8Array =>
  concatBytes([
    opening,
    message.kid === null ? new Uint8Array([0xa0]) : concatBytes([kidHeader, message.kid]),
    encode(message.payload),
    signatureHead,
    message.signature,
  ])

/** payload || signature: 21 bytes less for small payloads. Link or topic name the kid. */
export const writeCompact = (message: Sign1): Uint8Array => concatBytes([message.payload, message.signature])

const malformed = (what: string): Result<never> => fail('wire/malformed', what)

const startsWith = (bytes: Uint8Array, at: number, start: Uint8Array): boolean =>
  equalBytes(bytes.subarray(at, at + start.length), start)

/** Deterministic encoding leaves one way to write a tagged message, so it is read by position. */
const readTagged = (bytes: Uint8Array): Result<Sign1> => {
  if (!startsWith(bytes, 0, opening)) return malformed('the message does not open as COSE_Sign1 with ES256K')
  let at = opening.length
  let kid: Uint8Array | null = null
  if (startsWith(bytes, at, kidHeader)) {
    at += kidHeader.length
    kid = bytes.subarray(at, at + kidBytes)
    at += kidBytes
  } else if (bytes[at] === 0xa0) at += 1
  else return malformed('the unprotected header holds something other than one kid of 8 bytes')
  const end = bytes.length - signatureBytes - signatureHead.length
  if (end <= at || !startsWith(bytes, end, signatureHead)) return malformed('no signature of 64 bytes at the end')
  const length = lengthOfBytes(bytes, at)
  if (length === null || length.from + length.count !== end)
    return malformed('the payload does not end at the signature')
  return ok({ kid, payload: bytes.subarray(length.from, end), signature: bytes.subarray(end + signatureHead.length) })
}

/** The head of a byte string in shortest form, or null. */
const lengthOfBytes = (bytes: Uint8Array, at: number): { from: number; count: number } | null => {
  const head = (bytes[at] as number) - 0x40
  if (head >= 0 && head < 24) return { from: at + 1, count: head }
  const one = bytes[at + 1] as number
  if (head === 24) return one < 24 ? null : { from: at + 2, count: one }
  const two = one * 256 + (bytes[at + 2] as number)
  return head === 25 && two > 255 ? { from: at + 3, count: two } : null
}

const readCompact = (bytes: Uint8Array): Result<Sign1> => {
  const first = bytes[0] ?? 0
  const opensAsBody = (first >= 0x81 && first <= 0x97) || (first >= 0xa0 && first <= 0xb7)
  if (!opensAsBody) return malformed('the first byte opens neither a tagged nor a compact message')
  const end = bytes.length - signatureBytes
  if (end < 1) return malformed('too short for a signature')
  return ok({ kid: null, payload: bytes.subarray(0, end), signature: bytes.subarray(end) })
}

/** Reads either form. The payload is not yet to be trusted. */
export const readSign1 = (bytes: Uint8Array): Result<Sign1> => {
  if (bytes.length > messageBytesMax) return fail('wire/too-large', `${bytes.length} bytes, at most ${messageBytesMax}`)
  return bytes[0] === 0xd2 ? readTagged(bytes) : readCompact(bytes)
}

/** Checks the signature over the bytes as received. `publicKey` was found by kid, and `binding.kid` is its kid. */
export const verifySign1 = (
  message: Sign1,
  binding: Binding,
  publicKey: Uint8Array,
  sha256: Sha256,
  verify: VerifyDigest,
): Result<Uint8Array> => {
  if (message.kid !== null && !equalBytes(message.kid, binding.kid)) return fail('sign1/wrong-kid')
  const digest = sha256(toBeSigned(binding, message.payload))
  return verify(digest, publicKey, message.signature) ? ok(message.payload) : fail('sign1/bad-signature')
}
