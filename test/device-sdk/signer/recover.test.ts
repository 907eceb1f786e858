import fc from 'fast-check'
import { signTyped } from 'micro-eth-signer'
import { describe, expect, it } from 'vitest'
import { typedDigest } from '../../../device-sdk/protocol/index.ts'
import { evmAddress, keccak256, publicKeyOf, recoverAddress } from '../../../device-sdk/signer/index.ts'

const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const word = (value: bigint): string => value.toString(16).padStart(64, '0')
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** A DeviceRevoke as `micro-eth-signer` signs it, with its digest as this project computes it. */
const signed = (secret: Uint8Array, reason: number) => {
  const address = new Uint8Array(20)
  const nonce = new Uint8Array(32)
  const digest = typedDigest(
    'DeviceRevoke',
    { net: 1, device: address, owner: address, reason, nonce, expires: 2 },
    1,
    keccak256,
  )
  const field = (name: string, type: string) => ({ name, type })
  const zero = `0x${'00'.repeat(20)}`
  const typed = {
    types: {
      DeviceRevoke: [
        field('net', 'uint64'),
        field('device', 'address'),
        field('owner', 'address'),
        field('reason', 'uint64'),
        field('nonce', 'bytes32'),
        field('expires', 'uint64'),
      ],
    },
    primaryType: 'DeviceRevoke',
    domain: { name: 'hexfix', version: '1', chainId: 1n },
    message: { net: 1n, device: zero, owner: zero, reason: BigInt(reason), nonce, expires: 2n },
  }
  return { digest, signature: bytes(signTyped(typed as never, secret, true).slice(2)) }
}
const secretOf = fc.bigInt({ min: 1n, max: order - 1n }).map((value) => bytes(word(value)))

describe('the signer of a digest', () => {
  it('is recovered from what micro-eth-signer signs, whoever it is', () => {
    fc.assert(
      fc.property(secretOf, fc.nat(), (secret, reason) => {
        const { digest, signature } = signed(secret, reason)
        expect(hex(recoverAddress(digest, signature) ?? new Uint8Array(0))).toBe(hex(evmAddress(publicKeyOf(secret))))
      }),
      { numRuns: 40 },
    )
  })

  it('is another, or none, when a byte of digest or signature is another', () => {
    const secret = bytes(word(7n))
    const own = hex(evmAddress(publicKeyOf(secret)))
    const { digest, signature } = signed(secret, 1)
    const flip = (from: Uint8Array, at: number): Uint8Array => from.map((byte, i) => (i === at ? byte ^ 1 : byte))
    for (let at = 0; at < 32; at++)
      expect(hex(recoverAddress(flip(digest, at), signature) ?? new Uint8Array(0))).not.toBe(own)
    for (let at = 0; at < 65; at++)
      expect(hex(recoverAddress(digest, flip(signature, at)) ?? new Uint8Array(0))).not.toBe(own)
  })

  it('is none for the high-S form, for another v, for numbers out of range and for other lengths', () => {
    const { digest, signature } = signed(bytes(word(7n)), 1)
    const [r, s, v] = [hex(signature.slice(0, 32)), hex(signature.slice(32, 64)), hex(signature.slice(64))]
    const high = `${r}${word(order - BigInt(`0x${s}`))}`
    const bad = [`${high}1b`, `${high}1c`]
    for (const other of ['00', '01', '1a', '1d', '1e', 'ff', '25', '26']) bad.push(`${r}${s}${other}`)
    for (const number of [0n, order, order + 1n, 2n ** 256n - 1n])
      bad.push(`${word(number)}${s}${v}`, `${r}${word(number)}${v}`)
    bad.push('', `${r}${s}`, `${r}${s}${v}00`)
    for (const text of bad) expect(recoverAddress(digest, bytes(text)), text).toBeNull()
    expect(recoverAddress(digest.slice(1), signature)).toBeNull()
    expect(recoverAddress(digest, signature)).not.toBeNull()
  })
})
