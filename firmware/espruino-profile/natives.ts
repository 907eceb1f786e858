import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Files, Flash } from './flash.ts'
import type { Plain } from './uint24.ts'

type Numbers = ArrayLike<number>

const asBytes = (value: unknown): Uint8Array => {
  if (typeof value === 'string') return Uint8Array.from(Buffer.from(value, 'latin1'))
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  // Why not instanceof: a context has an ArrayBuffer of its own.
  if (Object.prototype.toString.call(value) === '[object ArrayBuffer]') return new Uint8Array(value as ArrayBuffer)
  return Uint8Array.from(value as Numbers)
}

/** `E.convolve` and `E.mapInPlace` as their C sources do it. `plain` leads to the numbers behind a `Uint24Array`. */
export const arrayNatives = (plain: Plain, Bytes: Uint8ArrayConstructor = Uint8Array) => ({
  /** In doubles, in order, round and round the second array. */
  convolve: (first: Numbers, second: Numbers, offset = 0): number => {
    const a = plain(first)
    const b = plain(second)
    const length = b.length
    const rows = a.length
    let at = offset % length
    if (at < 0) at += length
    let sum = 0
    for (let i = 0; i < rows; i++) {
      sum += (a[i] as number) * (b[at] as number)
      if (++at === length) at = 0
    }
    return sum
  },
  toUint8Array: (...parts: (number | Numbers)[]): Uint8Array =>
    new Bytes(parts.flatMap((part) => (typeof part === 'number' ? part : Array.from(plain(part))))),
  /** As far as both arrays go, one after the other, so that what is written can be read. */
  mapInPlace: (
    from: Numbers & { BYTES_PER_ELEMENT?: number },
    to: number[],
    map?: Numbers | ((value: number, index: number) => number),
    bits = 0,
  ): void => {
    const source = plain(from)
    const width = source === from ? 8 * (from.BYTES_PER_ELEMENT ?? 1) : 24
    const wanted = Math.abs(bits) || width
    const table = typeof map === 'function' ? undefined : plain(map)
    let held = 0
    let el = 0
    let at = 0
    for (let i = 0; i < to.length && (at < source.length || held >= wanted); i++) {
      const index = at
      for (; held < wanted; held += width) {
        const next = source[at++] as number
        el = bits < 0 ? el | (next << held) : (el << width) | next
      }
      const kept = wanted === 32 ? -1 : (1 << wanted) - 1
      const value = (bits < 0 ? el : el >> (held - wanted)) & kept
      if (bits < 0) el >>= wanted
      held -= wanted
      to[i] = typeof map === 'function' ? map(value, index) : table === undefined ? value : (table[value] as number)
    }
  },
})

const storage = (files: Files, flash: Flash, newBuffer: (bytes: Uint8Array) => unknown) => ({
  list: (filter?: RegExp) => [...files.keys()].filter((name) => filter === undefined || filter.test(name)).sort(),
  erase: flash.strikeOut,
  eraseAll: flash.eraseAll,
  getFree: () => 1 << 16,
  read: (name: string, offset = 0, length?: number) => {
    const bytes = files.get(name)
    const end = length === undefined ? undefined : offset + length
    return bytes === undefined ? undefined : Buffer.from(bytes.subarray(offset, end)).toString('latin1')
  },
  readArrayBuffer: (name: string) => {
    const bytes = files.get(name)
    return bytes === undefined ? undefined : newBuffer(bytes)
  },
  write: (name: string, data: unknown, offset = 0, size = 0): boolean =>
    flash.write(name, asBytes(data).slice(), offset, size),
})

/** What the firmware adds to the language. `newBuffer` makes an ArrayBuffer of the context that asks. */
export const natives = (
  files: Files,
  flash: Flash,
  plain: Plain,
  Bytes: Uint8ArrayConstructor,
  newBuffer: (bytes: Uint8Array) => unknown,
  more: Readonly<Record<string, unknown>> = {},
) => {
  const hash = (name: string) => (data: unknown) => newBuffer(createHash(name).update(asBytes(data)).digest())
  const modules: Readonly<Record<string, unknown>> = {
    ...more,
    Storage: storage(files, flash, newBuffer),
    Flash: { write: (data: unknown, address: number) => flash.program(asBytes(data), address) },
    crypto: { SHA1: hash('sha1'), SHA224: hash('sha224'), SHA256: hash('sha256') },
  }
  return {
    E: {
      ...arrayNatives(plain, Bytes),
      // Why signed: the firmware hands out the 32 bits of its generator as an integer of the language.
      hwRand: () => randomInt(2 ** 32) | 0,
      toString: (value: unknown) => Buffer.from(asBytes(value)).toString('latin1'),
      toArrayBuffer: (value: unknown) => newBuffer(asBytes(value)),
      getAddressOf: (value: unknown) => (typeof value === 'string' ? flash.addressOf(value) : 0),
      CRC32: (value: unknown) => crc32(asBytes(value)),
      sum: (a: Numbers) => Array.from(a).reduce((sum, x) => sum + x, 0),
      clip: (x: number, min: number, max: number) => Math.min(Math.max(x, min), max),
      toJS: (value: unknown) => {
        if (value === undefined) return 'undefined'
        const isBuffer = Object.prototype.toString.call(value) === '[object ArrayBuffer]'
        return JSON.stringify(isBuffer ? [...asBytes(value)] : value)
      },
      setFlags: () => undefined,
      getFlags: () => ({}),
      on: () => undefined,
      kickWatchdog: () => undefined,
    },
    require: (name: string) => {
      const module = modules[name]
      if (module === undefined) throw new Error(`Module "${name}" not found`)
      return module
    },
  }
}
