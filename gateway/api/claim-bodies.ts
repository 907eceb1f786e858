import { z } from 'zod'
import { checksumAddress, fromHex } from '../../device-sdk/protocol/index.ts'
import { keccak256 } from '../../device-sdk/signer/index.ts'

const hexBytes = (text: string): Uint8Array => fromHex(text.toLowerCase()) ?? new Uint8Array(0)

const message = z
  .string()
  .regex(/^([0-9a-f]{2})+$/, 'a message in lower-case hex')
  .transform(hexBytes)
const nonce = z
  .string()
  .regex(/^[0-9a-f]{64}$/, '32 bytes in lower-case hex')
  .transform(hexBytes)
/** In lower case, or in the case of EIP-55: one that is mixed otherwise was mistyped. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, '0x and 40 hex digits')
  .refine((text) => text === text.toLowerCase() || text === checksumAddress(hexBytes(text.slice(2)), keccak256), {
    error: 'its letters are not in the case of EIP-55',
  })
  .transform((text) => hexBytes(text.slice(2)))
const signature = z
  .string()
  .regex(/^0x[0-9a-fA-F]{130}$/, 'r || s || v: 0x and 130 hex digits')
  .transform((text) => hexBytes(text.slice(2)))
const expires = z.int().min(0)

export const registerBody = z.strictObject({
  enrol: message,
  name: z.string().optional(),
  claim: z.strictObject({ owner: address, expires, deviceSignature: signature, ownerSignature: signature }).optional(),
})

export const transferBody = z.strictObject({
  from: address,
  to: address,
  nonce,
  expires,
  fromSignature: signature,
  toSignature: signature,
})

export const rotateBody = z.strictObject({
  enrol: message,
  owner: address,
  expires,
  ownerSignature: signature,
  newKeySignature: signature,
  oldKeySignature: signature.optional(),
})

const reason = z.int().min(0).default(0)
/** By the owner's signature, or by the host's word. */
export const revokeBody = z.union([
  z.strictObject({ owner: address, reason, nonce, expires, ownerSignature: signature }),
  z.strictObject({ reason }),
])

/** Altitude in 0.1 m, gain in 0.1 dBi: within what an antenna on this planet may have. */
export const locationBody = z.strictObject({
  owner: address,
  cell: z.string().regex(/^[0-9a-f]{15}$/, 'an H3 index in 15 hex digits'),
  altitudeDm: z.int().min(-5_000).max(100_000),
  gainDdbi: z.int().min(-200).max(300),
  nonce,
  expires,
  ownerSignature: signature,
})
