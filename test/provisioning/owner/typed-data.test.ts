import fc from 'fast-check'
import { recoverAddressTyped } from 'micro-eth-signer'
import { describe, expect, it } from 'vitest'
import type { TypedName } from '../../../device-sdk/protocol/index.ts'
import { typedFields } from '../../../device-sdk/protocol/index.ts'
import { evmAddress, nobleSigner, recoverAddress, signTypedMessage } from '../../../device-sdk/signer/index.ts'
import { showAddress } from '../../../provisioning/owner/address.ts'
import type { Typed, TypedData } from '../../../provisioning/owner/typed-data.ts'
import { digestOf, readTypedData, typedDataOf } from '../../../provisioning/owner/typed-data.ts'

const signer = nobleSigner(new Uint8Array(32).fill(0x2f))
const names = Object.keys(typedFields) as TypedName[]
const cells = ['8c194ad30d067ff', '8c2a1072b59adff', '8c0800000000dff']

const arbitraryOf = (type: string, label: string): fc.Arbitrary<unknown> => {
  if (label === 'cell') return fc.constantFrom(...cells)
  if (type === 'uint64') return fc.maxSafeNat()
  if (type === 'int32') return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
  const length = type === 'address' ? 20 : type === 'bytes32' ? 32 : 33
  return fc.uint8Array({ minLength: length, maxLength: length })
}

const typed = (name: TypedName): fc.Arbitrary<Typed> =>
  fc
    .record({
      message: fc.record(
        Object.fromEntries(
          typedFields[name].split(',').map((field) => {
            const [type = '', label = ''] = field.split(' ')
            return [label, arbitraryOf(type, label)] as const
          }),
        ),
      ),
      chainId: fc.maxSafeNat(),
    })
    .map(({ message, chainId }) => ({ name, message, chainId }) as unknown as Typed)

/** As micro-eth-signer wants what a wallet reads from JSON: integers as BigInt, by their declared type. */
const theirs = ({ types, primaryType, domain, message }: TypedData) => ({
  types: { [primaryType]: types[primaryType] },
  primaryType,
  domain: { ...domain, chainId: BigInt(domain.chainId) },
  message: Object.fromEntries(
    (types[primaryType] ?? []).map(({ name, type }) => {
      const value = message[name] ?? ''
      return [
        name,
        /int/.test(type)
          ? BigInt(value)
          : type.startsWith('bytes')
            ? Buffer.from(String(value).slice(2), 'hex')
            : value,
      ]
    }),
  ),
})

describe.each(names)('%s as typed data', (name) => {
  it('gives a wallet the digest that we compute: a foreign library recovers our signer from the JSON', () => {
    fc.assert(
      fc.property(typed(name), (one) => {
        const json = JSON.parse(JSON.stringify(typedDataOf(one))) as TypedData
        const signature = signTypedMessage(signer, one.name, one.message, one.chainId)
        const hex = `0x${Buffer.from(signature).toString('hex')}`
        expect(recoverAddressTyped(hex as never, theirs(json) as never)).toBe(showAddress(evmAddress(signer.publicKey)))
        expect(recoverAddress(digestOf(one), signature)).toEqual(evmAddress(signer.publicKey))
      }),
      { numRuns: 25, verbose: true },
    )
  })

  it('is read back as it was, with names in another order and hex digits in another case', () => {
    fc.assert(
      fc.property(typed(name), (one) => {
        const json = typedDataOf(one)
        const { message, ...rest } = json
        const turned = { message: Object.fromEntries(Object.entries(message).reverse()), ...rest }
        const lower = JSON.parse(JSON.stringify(turned).replace(/0x[0-9a-fA-F]+/g, (hex) => hex.toLowerCase()))
        for (const document of [JSON.parse(JSON.stringify(json)), lower]) {
          const read = readTypedData(document)
          expect(read.ok && Buffer.from(digestOf(read.value)).toString('hex')).toBe(
            Buffer.from(digestOf(one)).toString('hex'),
          )
        }
      }),
      { numRuns: 25, verbose: true },
    )
  })
})

it('refuses whatever is not exactly one of the five messages: what is signed was read', () => {
  const [one] = fc.sample(typed('DeviceLocation'), { numRuns: 1, seed: 7 })
  const json = typedDataOf(one as Typed)
  const changed = (change: (copy: { [name: string]: object }) => void): unknown => {
    const copy = JSON.parse(JSON.stringify(json))
    change(copy)
    return copy
  }
  const wrong: unknown[] = [
    null,
    [],
    {},
    changed((copy) => Object.assign(copy, { primaryType: 'Permit' })),
    changed((copy) => Object.assign(copy, { more: 1 })),
    changed((copy) => Object.assign(copy.domain ?? {}, { name: 'other' })),
    changed((copy) => Object.assign(copy.domain ?? {}, { verifyingContract: `0x${'11'.repeat(20)}` })),
    changed((copy) => Object.assign(copy.domain ?? {}, { chainId: '1' })),
    changed((copy) => Object.assign(copy.types ?? {}, { Other: [] })),
    changed((copy) => Object.assign(copy.message ?? {}, { extra: 1 })),
    changed((copy) => Object.assign(copy.message ?? {}, { cell: '1' })),
    changed((copy) => Object.assign(copy.message ?? {}, { altitudeDm: 2 ** 31 })),
    changed((copy) => Object.assign(copy.message ?? {}, { owner: '0x12' })),
    changed((copy) => {
      ;(copy.types as unknown as { DeviceLocation: unknown[] }).DeviceLocation.reverse()
    }),
  ]
  for (const document of wrong) {
    const read = readTypedData(document)
    expect([document, read.ok ? 'ok' : read.error.code]).toEqual([document, 'sign/bad-typed-data'])
  }
  expect(readTypedData(JSON.parse(JSON.stringify(json))).ok).toBe(true)
})
