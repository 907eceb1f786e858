import { keccak_256 } from '@noble/hashes/sha3.js'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import type { PayoutRow } from '../../../gateway/rewards/index.ts'
import { merkleTree, verifyProof } from '../../../gateway/rewards/index.ts'

const types = ['uint256', 'uint256', 'address', 'uint256']
const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`
const standard = (rows: readonly PayoutRow[]) =>
  StandardMerkleTree.of(
    rows.map(({ epoch, index, address, amount }) => [BigInt(epoch), BigInt(index), hex(address), amount]),
    types,
  )

const rowLists = (minLength: number, maxLength: number) =>
  fc
    .array(fc.tuple(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })), {
      minLength,
      maxLength,
      size: 'max',
    })
    .map((list) => list.map(([address, amount], index): PayoutRow => ({ epoch: 7, index, address, amount })))

const rowAt = (rows: readonly PayoutRow[], i: number): PayoutRow => {
  const row = rows[i]
  if (row === undefined) throw new Error(`no row ${i}`)
  return row
}

describe('merkleTree', () => {
  it('has the root and every proof of StandardMerkleTree', () => {
    fc.assert(
      fc.property(rowLists(1, 200), (rows) => {
        const own = merkleTree(rows, keccak_256)
        const theirs = standard(rows)
        expect(hex(own.root)).toBe(theirs.root)
        for (const i of rows.keys()) expect(own.proof(i).map(hex)).toEqual(theirs.getProof(i))
      }),
      { numRuns: 25 },
    )
  })

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 200])('agrees at %d rows', (count) => {
    const rows = Array.from({ length: count }, (_, index): PayoutRow => {
      return { epoch: 2 ** 40, index, address: new Uint8Array(20).fill(index), amount: BigInt(index) << 100n }
    })
    expect(hex(merkleTree(rows, keccak_256).root)).toBe(standard(rows).root)
  })

  it('has a zero root without rows', () => {
    expect(merkleTree([], keccak_256).root).toEqual(new Uint8Array(32))
  })

  it('refuses what no contract could hold, a mistake of the program', () => {
    const row: PayoutRow = { epoch: 1, index: 0, address: new Uint8Array(20), amount: 1n }
    expect(() => merkleTree([row], keccak_256).proof(1)).toThrow(RangeError)
    expect(() => merkleTree([{ ...row, amount: -1n }], keccak_256)).toThrow(RangeError)
    expect(() => merkleTree([{ ...row, amount: 2n ** 256n }], keccak_256)).toThrow(RangeError)
    expect(() => merkleTree([{ ...row, address: new Uint8Array(21) }], keccak_256)).toThrow(RangeError)
  })
})

describe('verifyProof', () => {
  it('accepts each row with its own proof, and refuses any change to either', () => {
    fc.assert(
      fc.property(rowLists(2, 40), fc.nat(), (rows, at) => {
        const { root, proof } = merkleTree(rows, keccak_256)
        const i = at % rows.length
        const row = rowAt(rows, i)
        const siblings = proof(i)
        const holds = (other: PayoutRow, path = siblings) => verifyProof(root, other, path, keccak_256)
        expect(holds(row)).toBe(true)
        expect(holds({ ...row, amount: row.amount ^ 1n })).toBe(false)
        expect(holds({ ...row, index: row.index + 1 })).toBe(false)
        expect(holds({ ...row, epoch: row.epoch + 1 })).toBe(false)
        expect(holds({ ...row, address: row.address.map((byte) => byte ^ 1) })).toBe(false)
        expect(holds(row, siblings.slice(1))).toBe(false)
        expect(holds(row, [...siblings, root])).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses a sibling that is not 32 bytes long', () => {
    const rows = [1, 2].map((index): PayoutRow => ({ epoch: 1, index, address: new Uint8Array(20), amount: 1n }))
    const { root, proof } = merkleTree(rows, keccak_256)
    const [sibling = new Uint8Array()] = proof(0)
    expect(verifyProof(root, rowAt(rows, 0), [sibling], keccak_256)).toBe(true)
    expect(verifyProof(root, rowAt(rows, 0), [sibling, new Uint8Array()], keccak_256)).toBe(false)
    expect(verifyProof(root, rowAt(rows, 0), [sibling.subarray(0, 31)], keccak_256)).toBe(false)
  })
})
