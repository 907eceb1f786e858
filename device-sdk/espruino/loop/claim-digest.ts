import { concatBytes, fromHex } from '../../protocol/bytes.ts'
import type { Keccak256 } from '../../protocol/index.ts'

/**
 * The digest of DeviceClaim, as `typedDigest` of the protocol makes it (EIP-712). Why another one: in JavaScript a board takes ten seconds
 * and more for a block of keccak-256, so the four hashes that are always the same stand here.
 */
export type Claim = {
  readonly net: number
  readonly chainId: number
  readonly publicKey: Uint8Array
  readonly device: Uint8Array
  readonly owner: Uint8Array
  /** 32 bytes: SHA-256 of the eat_nonce. */
  readonly nonce: Uint8Array
  readonly expires: number
}

/** keccak-256 of the type of the domain, of "hexfix" and "1", and of the type of DeviceClaim. */
const constants = {
  domain: 'c2f8787176b8ac6bf7215b4adcc1e069bf4ab82d9ab1df05a57a91d425935b6e',
  name: '34b2c054655def1ed37364fd4cea555bd5c9cfce1e7e5989afcf958d40bbf932',
  version: 'c89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6',
  claim: '65f55a53afff9fd343f0f1292ae013cf7b4003fdc6bc378349475967ae758e6c',
}
const hash = (hex: string): Uint8Array => fromHex(hex) as Uint8Array

/** Right-aligned in 32 bytes. */
const word = (bytes: Uint8Array): Uint8Array => {
  const out = new Uint8Array(32)
  out.set(bytes, 32 - bytes.length)
  return out
}
const number = (value: number): Uint8Array => {
  const out = new Uint8Array(32)
  let rest = value
  for (let at = 31; rest > 0; at--) {
    out[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return out
}

export const claimDigest = (claim: Claim, keccak256: Keccak256): Uint8Array => {
  const domain = keccak256(
    concatBytes([hash(constants.domain), hash(constants.name), hash(constants.version), number(claim.chainId)]),
  )
  const struct = keccak256(
    concatBytes([
      hash(constants.claim),
      number(claim.net),
      keccak256(claim.publicKey),
      word(claim.device),
      word(claim.owner),
      claim.nonce,
      number(claim.expires),
    ]),
  )
  return keccak256(concatBytes([new Uint8Array([0x19, 0x01]), domain, struct]))
}
