import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import { describe, expect, it } from 'vitest'
import { fromHex } from '../../../device-sdk/protocol/index.ts'
import { evmAddress, keccak256 } from '../../../device-sdk/signer/index.ts'
import { verifyProof } from '../../../gateway/rewards/index.ts'
import { weather } from '../keys.ts'
import { alpha, beta, heard, openScene, porch } from './scene.ts'

type Share = { index: number; kid: string; address: string; amount: string; proof: string[] }
type View = { epoch: number; root: string; shares: Share[]; verdicts: unknown[] }

const types = ['uint256', 'uint256', 'address', 'uint256']
const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0)

const closed = async (): Promise<View> => {
  const scene = openScene(1_000_003n)
  await scene.reportBeacon(alpha, 'a1')
  await scene.report(beta, weather(), { type: 'witness', rows: [heard(alpha, 'a1')] })
  await scene.report(porch, weather())
  scene.pass()
  scene.desk.closeDue()
  return scene.desk.view(scene.first) as View
}

describe('the view of an epoch', () => {
  it('has a proof for each share, which holds for it and for no other amount', async () => {
    const { epoch, root, shares } = await closed()
    expect(shares).toHaveLength(3)
    for (const { index, address, amount, proof } of shares) {
      const row = { epoch, index, address: bytes(address), amount: BigInt(amount) }
      expect(verifyProof(bytes(root), row, proof.map(bytes), keccak256)).toBe(true)
      const more = { ...row, amount: row.amount + 1n }
      expect(verifyProof(bytes(root), more, proof.map(bytes), keccak256)).toBe(false)
    }
  })

  it('has the root and the proofs that OpenZeppelin makes of it', async () => {
    const { epoch, root, shares } = await closed()
    const leaf = ({ index, address, amount }: Share) => [BigInt(epoch), BigInt(index), `0x${address}`, BigInt(amount)]
    const tree = StandardMerkleTree.of(shares.map(leaf), types)
    expect(tree.root).toBe(`0x${root}`)
    for (const share of shares) {
      const proof = share.proof.map((hash) => `0x${hash}`)
      expect(StandardMerkleTree.verify(`0x${root}`, types, leaf(share), proof)).toBe(true)
    }
  })

  it('pays to the addresses of the keys', async () => {
    const { shares } = await closed()
    const expected = [alpha, beta, porch].map(({ kid, signer }) => [
      kid,
      Buffer.from(evmAddress(signer.publicKey)).toString('hex'),
    ])
    expect(new Map(shares.map(({ kid, address }) => [kid, address]))).toEqual(new Map(expected as [string, string][]))
    expect(shares.map(({ index }) => index)).toEqual([0, 1, 2])
  })

  it('is null for an epoch that is not closed', () => {
    const scene = openScene()
    expect(scene.desk.view(scene.first)).toBeNull()
  })
})
