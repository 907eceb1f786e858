import type { CborValue } from '../../device-sdk/protocol/index.ts'
import { decode, encode, isList, isMap, readSign1, writeTagged } from '../../device-sdk/protocol/index.ts'
import type { Random } from './random.ts'

/** Heads at the edges of every rule: lengths, widths, tags, simple values, floats. */
const edges = [
  0, 1, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x20, 0x3b, 0x40, 0x58, 0x5f, 0x60, 0x78, 0x80, 0x81, 0x98, 0x9f, 0xa0,
  0xa1, 0xb8, 0xbf, 0xc2, 0xd2, 0xd8, 0xe0, 0xf4, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff,
]

const values: readonly CborValue[] = [
  0,
  1,
  2,
  5,
  23,
  24,
  255,
  256,
  65_535,
  65_536,
  4_294_967_295,
  4_294_967_296,
  9_007_199_254_740_991,
  -1,
  -2,
  -3,
  -4,
  -5,
  -16,
  -24,
  -25,
  -257,
  -9_007_199_254_740_991,
  0.5,
  1.1,
  -1e300,
  { float: 0 },
  { float: 7 },
  { float: 65_504 },
  { float: 1e300 },
  null,
  true,
  false,
  '',
  'a',
  '0',
  '3',
  'constructor',
  '__proto__',
  '\u{10ffff}',
  new Uint8Array(0),
  new Uint8Array(7),
  new Uint8Array(8),
  new Uint8Array(33),
  [],
  [0],
  [2, 0],
  [1, 1],
  [2, [1]],
  [null, 1],
  { entries: [] },
  { entries: [[0, 0]] },
  { entries: [['0', 0]] },
]

/** The value with one part of it replaced, doubled, left out or moved. */
const changeValue = (value: CborValue, random: Random): CborValue => {
  if (random.below(4) === 0) return random.pick(values)
  if (isList(value)) {
    const list = [...value]
    const at = random.below(list.length + 1)
    const old = list[at]
    const how = random.below(8)
    if (old === undefined || how === 0) list.splice(at, 0, random.pick(values))
    else if (how === 1) list.splice(at, 1)
    else if (how === 2) list.splice(at, 0, old)
    else list[at] = changeValue(old, random)
    return list
  }
  if (isMap(value)) {
    const entries = [...value.entries]
    const at = random.below(entries.length + 1)
    const old = entries[at]
    const how = random.below(6)
    const key = random.pick([
      ...Array(13).keys(),
      -1,
      -2,
      -3,
      256,
      259,
      267,
      270,
      271,
      -70_001,
      '0',
      '11',
      'constructor',
    ])
    if (old === undefined || how === 0) entries.splice(at, 0, [key, random.pick(values)])
    else if (how === 1) entries.splice(at, 1)
    else if (how === 2) entries[at] = [key, old[1]]
    else entries[at] = [old[0], changeValue(old[1], random)]
    return { entries }
  }
  if (value instanceof Uint8Array) return random.bytes(Math.max(0, value.length + random.below(3) - 1))
  return typeof value === 'number' ? value + random.pick([-1, 1, 2, -value, -2 * value]) : random.pick(values)
}

const changeBytes = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array => {
  const list = [...bytes]
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = random.below(list.length + 1)
    const how = random.below(9)
    if (how === 0) list.splice(at, 1 + random.below(4))
    else if (how === 1) list.splice(at, 0, random.pick(edges))
    else if (how === 2) list.splice(at, 0, ...random.bytes(1 + random.below(9)))
    else if (how === 3) list.splice(at, 0, ...list.slice(at, at + 1 + random.below(16)))
    else if (how === 4) {
      const other = random.pick(others)
      const from = random.below(other.length + 1)
      list.splice(at, random.below(12), ...other.subarray(from, from + 1 + random.below(24)))
    } else if (how === 5) list[at] = random.pick(edges)
    else if (how === 6) list[at] = ((list[at] ?? 0) + random.pick([1, -1])) & 255
    else list[at] = (list[at] ?? 0) ^ (1 << random.below(8))
  }
  return Uint8Array.from(list)
}

/** The body changed as a value, so that it stays deterministic CBOR and reaches the readers of shapes. */
const changeBody = (body: Uint8Array, random: Random): Uint8Array | null => {
  const decoded = decode(body)
  if (!decoded.ok) return null
  let value = decoded.value
  for (let left = 1 + random.below(2); left > 0; left--) value = changeValue(value, random)
  return encode(value)
}

const mutate = (seed: Uint8Array, random: Random, seeds: readonly Uint8Array[]): Uint8Array => {
  const how = random.below(10)
  if (how === 0) return random.bytes(random.below(120))
  if (how < 5) return changeBytes(seed, random, seeds)
  if (seed[0] !== 0xd2) return changeBody(seed, random) ?? changeBytes(seed, random, seeds)
  const message = readSign1(seed)
  const body = message.ok ? changeBody(message.value.payload, random) : null
  return message.ok && body !== null
    ? writeTagged({ ...message.value, payload: body })
    : changeBytes(seed, random, seeds)
}

/** Hostile inputs without end: bytes and values of the seeds changed, and random bytes. */
export function* mutations(seeds: readonly Uint8Array[], random: Random): Generator<Uint8Array, never> {
  while (true) yield mutate(random.pick(seeds), random, seeds)
}
