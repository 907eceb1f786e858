import fc from 'fast-check'
import { addr, signTyped } from 'micro-eth-signer'
import { describe, expect, it } from 'vitest'
import type { TypedMessages, TypedName } from '../../../device-sdk/protocol/index.ts'
import {
  checksumAddress,
  domainSeparator,
  typedDigest,
  typedFields,
  typeHash,
} from '../../../device-sdk/protocol/index.ts'
import { evmAddress, keccak256, nobleSigner } from '../../../device-sdk/signer/index.ts'
import { hexOf } from './fixtures.ts'

const signer = nobleSigner(new Uint8Array(32).fill(0x1f))
const owner = evmAddress(nobleSigner(new Uint8Array(32).fill(0x2f)).publicKey)
const names = Object.keys(typedFields) as TypedName[]
const claim: TypedMessages['DeviceClaim'] = {
  net: 1,
  publicKey: signer.publicKey,
  device: evmAddress(signer.publicKey),
  owner,
  nonce: new Uint8Array(32).fill(0x11),
  expires: 1_790_003_600,
}

type Field = { readonly name: string; readonly type: string }
const fieldsOf = (name: TypedName): Field[] =>
  typedFields[name].split(',').map((field) => {
    const [type = '', label = ''] = field.split(' ')
    return { name: label, type }
  })

/** As micro-eth-signer wants them: integers as BigInt, an H3 index by its number, bytes and addresses in hex. */
const theirs = ({ name, type }: Field, value: unknown): unknown => {
  if (value instanceof Uint8Array) {
    if (type === 'address') return addr.addChecksum(`0x${hexOf(value)}`)
    return value
  }
  return BigInt(name === 'cell' ? `0x${String(value)}` : String(value))
}

/** The reference signs its own digest deterministically: the same r and s is the same digest. */
const referenceSignature = (name: TypedName, message: Readonly<Record<string, unknown>>, chainId: number): string => {
  const fields = fieldsOf(name)
  const types = { [name]: fields } as Record<string, Field[]>
  const typed = {
    types,
    primaryType: name as string,
    domain: { name: 'hexfix', version: '1', chainId: BigInt(chainId) },
    message: Object.fromEntries(fields.map((field) => [field.name, theirs(field, message[field.name])])),
  }
  const secret = new Uint8Array(32).fill(0x1f)
  return signTyped(typed as never, secret, false).slice(2, 2 + 128)
}

const uint = fc.maxSafeNat()
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const arbitraryOf = ({ name, type }: Field) => {
  if (name === 'cell') return fc.bigInt({ min: 0n, max: 2n ** 60n - 1n }).map((n) => n.toString(16).padStart(15, '0'))
  if (type === 'uint64') return uint
  if (type === 'int32') return int32
  return bytes(type === 'address' ? 20 : type === 'bytes32' ? 32 : 33)
}

describe('typed messages', () => {
  it('have the published type hash and digest', () => {
    expect(hexOf(typeHash('DeviceClaim', keccak256))).toBe(
      '65f55a53afff9fd343f0f1292ae013cf7b4003fdc6bc378349475967ae758e6c',
    )
    expect(hexOf(typedDigest('DeviceClaim', claim, 31_337, keccak256))).toBe(
      '350fb55c2e95887227b251f4e44008ce86c10f8f6017176ee6bf72090e915c06',
    )
  })

  it('hash their types over the names and types of their fields', () => {
    for (const name of names) {
      const text = `${name}(${fieldsOf(name)
        .map((field) => `${field.type} ${field.name}`)
        .join(',')})`
      expect(hexOf(typeHash(name, keccak256))).toBe(hexOf(keccak256(Buffer.from(text))))
    }
    expect(new Set(names.map((name) => hexOf(typeHash(name, keccak256)))).size).toBe(5)
  })

  it.each(names)('%s has the digest that micro-eth-signer signs', (name) => {
    const message = fc.record(Object.fromEntries(fieldsOf(name).map((field) => [field.name, arbitraryOf(field)])))
    fc.assert(
      fc.property(message, uint, (fields, chainId) => {
        const digest = typedDigest(name, fields as never, chainId, keccak256)
        expect(hexOf(signer.sign(digest))).toBe(referenceSignature(name, fields, chainId))
      }),
      { numRuns: 25 },
    )
  })

  it('are bound to the chain', () => {
    const on = (chainId: number) => hexOf(typedDigest('DeviceClaim', claim, chainId, keccak256))
    expect(on(1)).not.toBe(on(2))
    expect(hexOf(domainSeparator(1, keccak256))).not.toBe(hexOf(domainSeparator(2, keccak256)))
  })

  it.each<[string, object]>([
    ['a net of 2^53', { net: 2 ** 53 }],
    ['a negative expiry', { expires: -1 }],
    ['a nonce of 31 bytes', { nonce: new Uint8Array(31) }],
    ['an address of 32 bytes', { owner: new Uint8Array(32) }],
    ['a key in hex', { publicKey: '02' }],
    ['no device', { device: undefined }],
  ])('are not built from %s', (_, change) => {
    expect(() => typedDigest('DeviceClaim', { ...claim, ...change } as never, 1, keccak256)).toThrow(TypeError)
  })

  it('are not built from an altitude over 32 bits, or a cell of 14 digits', () => {
    const place = { ...claim, cell: '8c1f1d48934adff', altitudeDm: 1, gainDdbi: -1 }
    const digest = (change: object) => typedDigest('DeviceLocation', { ...place, ...change }, 1, keccak256)
    expect(digest({})).toHaveLength(32)
    for (const change of [{ altitudeDm: 2 ** 31 }, { gainDdbi: -(2 ** 31) - 1 }, { cell: '8c1f1d48934adf' }])
      expect(() => digest(change)).toThrow(TypeError)
  })
})

describe('an address', () => {
  it('has the case of EIP-55', () => {
    const examples = [
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
      '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
      '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    ]
    for (const text of examples) expect(checksumAddress(Buffer.from(text.slice(2), 'hex'), keccak256)).toBe(text)
    fc.assert(
      fc.property(bytes(20), (address) => {
        expect(checksumAddress(address, keccak256)).toBe(addr.addChecksum(`0x${hexOf(address)}`))
      }),
    )
  })
})
