import { Bytes } from './arrays.ts'
import { type Limbs, map } from './field.ts'
import { minusModN } from './order.ts'

/**
 * Which points of the table `multiply` adds for k: of each of 52, four for every column, its place, and 64 where it is to be taken away.
 * @param bits - room for 261 numbers.
 */
export const combOf = (k: Limbs, bits: Limbs): Uint8Array => {
  const odd = (k[0] as number) & 1
  const chosen = new Bytes(52)
  map(odd ? k : minusModN(k), bits, undefined, -1)
  bits[260] = 1
  for (let i = 0; i < 52; i++) {
    const b = bits.subarray(13 * (i & 3) + (i >> 2) + 1)
    const index = (b[0] as number) + 2 * (b[52] as number) + 4 * (b[104] as number) + 8 * (b[156] as number)
    chosen[i] = 16 * (i & 3) + (b[208] ? index : 15 - index) + 64 * ((b[208] as number) ^ odd)
  }
  return chosen
}
