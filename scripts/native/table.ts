/** The table of `comb.h` and the known answer of `self-test.h`. */
import { keccak256, nobleSigner, publicKeyOf, sha256 } from '../../device-sdk/signer/index.ts'

const blocks = 4
const teeth = 5
const spacing = 13

// SEC 2 version 2, section 2.4.1.
const prime = 2n ** 256n - 2n ** 32n - 977n
const generator = {
  x: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  y: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
}
type Affine = typeof generator

const mod = (value: bigint): bigint => ((value % prime) + prime) % prime

/** After Fermat: value^(p - 2). */
function invert(value: bigint): bigint {
  let result = 1n
  let square = mod(value)
  for (let e = prime - 2n; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % prime
    square = (square * square) % prime
  }
  return result
}

/** Chord and tangent (SEC 1 version 2, section 2.2.1); no sum here meets its opposite. */
function plus(a: Affine, b: Affine): Affine {
  const slope = a.x === b.x ? mod(3n * a.x * a.x * invert(2n * a.y)) : mod((b.y - a.y) * invert(b.x - a.x))
  const x = mod(slope * slope - a.x - b.x)
  return { x, y: mod(slope * (a.x - x) - a.y) }
}

const littleEndian = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex')).reverse()

/** 64 points, x and y of 32 bytes each, least significant byte first: the sums whose highest tooth counts positive. */
export function combTable(): Uint8Array {
  const powers: Affine[] = []
  for (let i = 0, power = generator; i < blocks * teeth * spacing; i++, power = plus(power, power)) {
    if (i % spacing === 0) powers.push(power)
  }
  const entries: Uint8Array[] = []
  for (let block = 0; block < blocks; block++) {
    const own = powers.slice(block * teeth, (block + 1) * teeth).reverse()
    for (let index = 0; index < 1 << (teeth - 1); index++) {
      // The first of the reversed list is the highest tooth, which bit 4 of no index names.
      const sum = own.reduce((total, { x, y }, i) => plus(total, { x, y: (index >> (teeth - 1 - i)) & 1 ? y : -y }))
      entries.push(littleEndian(sum.x), littleEndian(sum.y))
    }
  }
  return Buffer.concat(entries)
}

/** What `self_test` must come to, step by step as it stands in `self-test.h`. */
export function knownAnswer(table: Uint8Array): Uint8Array {
  const secret = keccak256(table.subarray(0, 136))
  const signature = nobleSigner(secret).sign(keccak256(secret))
  return sha256(Buffer.concat([publicKeyOf(secret), signature, table]))
}
