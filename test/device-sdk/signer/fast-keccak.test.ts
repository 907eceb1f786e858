import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keccak256, loadKeccak256 } from '../../../device-sdk/signer/index.ts'
import { printedSeed } from '../../gateway/seed.ts'

it('hashes by WebAssembly to the same bytes, and leaves earlier results alone', async () => {
  const fast = await loadKeccak256()
  const seed = printedSeed()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.uint8Array({ maxLength: 64 }), (a, b) => {
      const first = fast(a)
      expect(fast(b)).toEqual(keccak256(b))
      expect(first).toEqual(keccak256(a))
    }),
    { seed },
  )
})
