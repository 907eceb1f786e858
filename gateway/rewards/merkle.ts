import { concatBytes, equalBytes } from '../../device-sdk/protocol/index.ts'
import type { PayoutRow } from './payout-row.ts'
import { encodeRow } from './payout-row.ts'

/** Keccak-256 as Ethereum uses it: not the SHA3-256 of FIPS 202. */
export type Keccak256 = (bytes: Uint8Array) => Uint8Array

export type MerkleTree = {
  /** 32 bytes; all zero for a tree without rows, which no proof satisfies. */
  readonly root: Uint8Array
  /** The siblings from the leaf of row `i` up to the root. @throws RangeError where there is no such row. */
  readonly proof: (i: number) => Uint8Array[]
}

const hashBytes = 32

/** Below 0 where `a` comes first. Hashes all have the same length, so this is the order of numbers. */
const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

// Twice, so that no inner node (64 bytes, hashed once) can pass for a leaf.
const hashLeaf = (row: PayoutRow, keccak256: Keccak256): Uint8Array => keccak256(keccak256(encodeRow(row)))

/** A pair is hashed in ascending order: a proof needs no left and right. */
const hashPair = (a: Uint8Array, b: Uint8Array, keccak256: Keccak256): Uint8Array =>
  keccak256(concatBytes(compareBytes(a, b) < 0 ? [a, b] : [b, a]))

/** A complete binary tree in an array: node k has the children 2k + 1 and 2k + 2; the leaves stand last, in reverse. */
const buildNodes = (leaves: readonly Uint8Array[], keccak256: Keccak256): Uint8Array[] => {
  const nodes = new Array<Uint8Array>(Math.max(1, 2 * leaves.length - 1)).fill(new Uint8Array(hashBytes))
  for (const [i, leaf] of leaves.entries()) nodes[nodes.length - 1 - i] = leaf
  for (let k = leaves.length - 2; k >= 0; k--) {
    nodes[k] = hashPair(nodeAt(nodes, 2 * k + 1), nodeAt(nodes, 2 * k + 2), keccak256)
  }
  return nodes
}

const nodeAt = (nodes: readonly Uint8Array[], k: number): Uint8Array => {
  const node = nodes[k]
  if (node === undefined) throw new RangeError(`no node ${k} in a tree of ${nodes.length}`)
  return node
}

/**
 * Merkle tree of an epoch's payouts, with the roots and proofs of `StandardMerkleTree` of `@openzeppelin/merkle-tree`
 * for the types (uint256, uint256, address, uint256). Leaves are sorted by hash, so the order of rows does not matter.
 */
export const merkleTree = (rows: readonly PayoutRow[], keccak256: Keccak256): MerkleTree => {
  const leaves = rows.map((row, i) => ({ i, hash: hashLeaf(row, keccak256) }))
  leaves.sort((a, b) => compareBytes(a.hash, b.hash))
  const nodes = buildNodes(
    leaves.map(({ hash }) => hash),
    keccak256,
  )
  const nodeOfRow = new Map(leaves.map(({ i }, at) => [i, nodes.length - 1 - at]))

  const proof = (i: number): Uint8Array[] => {
    let k = nodeOfRow.get(i)
    if (k === undefined) throw new RangeError(`no row ${i} in a tree of ${rows.length}`)
    const siblings: Uint8Array[] = []
    for (; k > 0; k = Math.floor((k - 1) / 2)) siblings.push(nodeAt(nodes, k % 2 === 0 ? k - 1 : k + 1))
    return siblings
  }
  return { root: nodeAt(nodes, 0), proof }
}

/** Whether `proof` leads from the row to the root, as OpenZeppelin's `MerkleProof.verify` decides it. Never throws on a hostile proof. */
export const verifyProof = (
  root: Uint8Array,
  row: PayoutRow,
  proof: readonly Uint8Array[],
  keccak256: Keccak256,
): boolean => {
  let hash = hashLeaf(row, keccak256)
  for (const sibling of proof) hash = hashPair(hash, sibling, keccak256)
  return equalBytes(hash, root)
}
