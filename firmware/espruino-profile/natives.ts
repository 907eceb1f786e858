import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

type Numbers = ArrayLike<number>

const asBytes = (value: unknown): Uint8Array => {
  if (typeof value === 'string') return Uint8Array.from(Buffer.from(value, 'latin1'))
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  // Why not instanceof: a context has an ArrayBuffer of its own.
  if (Object.prototype.toString.call(value) === '[object ArrayBuffer]') return new Uint8Array(value as ArrayBuffer)
  return Uint8Array.from(value as Numbers)
}

/** E.convolve as its C source does it: doubles, in order, round and round the second array. */
export const convolve = (a: Numbers, b: Numbers, offset: number): number => {
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
}

/** A file system of one level, as the flash of a board has: names of up to 28 bytes, and what was written is replaced. */
export type Files = Map<string, Uint8Array>

const storage = (files: Files, newBuffer: (bytes: Uint8Array) => unknown) => ({
  list: (names?: { test(name: string): boolean }) =>
    [...files.keys()].filter((name) => names?.test(name) !== false).sort(),
  erase: (name: string) => void files.delete(name),
  getFree: () => 1 << 16,
  read: (name: string) => {
    const bytes = files.get(name)
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1')
  },
  readArrayBuffer: (name: string) => {
    const bytes = files.get(name)
    return bytes === undefined ? undefined : newBuffer(bytes)
  },
  write: (name: string, data: unknown, offset = 0, size = 0): boolean => {
    if (name === '' || Buffer.byteLength(name) > 28) throw new Error('Storage: a name has 1 to 28 bytes')
    const bytes = asBytes(data)
    const before = offset > 0 ? files.get(name) : undefined
    // Flash that is not written yet holds ones, and without an erasure only turns them into zeros.
    const whole = new Uint8Array(Math.max(before?.length ?? 0, size, offset + bytes.length)).fill(0xff)
    if (before !== undefined) whole.set(before)
    for (const [i, byte] of bytes.entries()) whole[offset + i] = (whole[offset + i] as number) & byte
    files.set(name, whole)
    return true
  },
})

/** What there is around the interpreter of a board. */
export type Firmware = {
  /** `process.env.BOARD`. */
  readonly board: string
  /** As `2v29`. */
  readonly version: string
  /** The line to the host, by its name: `USB`, `Bluetooth`. */
  readonly line: string
  /** What a program sends on that line. */
  send(bytes: Uint8Array): void
  /** A program takes what comes on that line. */
  onData(take: (bytes: string) => void): void
  /** Where the console is from now on; null for nowhere. */
  setConsole(line: string | null): void
  /** Whether somebody holds BTN1. */
  pressed(): boolean
  reboot(): void
}

/** A line of the firmware, as a program has it. */
const lineOf = ({ send, onData }: Firmware) => ({
  on: (event: string, take: (bytes: string) => void): void => {
    if (event === 'data') onData(take)
  },
  write: (data: unknown): void => send(asBytes(data)),
})

/** What the firmware adds to the language. `newBuffer` makes an ArrayBuffer of the context that asks. */
export const natives = (files: Files, newBuffer: (bytes: Uint8Array) => unknown, firmware: Firmware) => {
  const hash = (name: string) => (data: unknown) => newBuffer(createHash(name).update(asBytes(data)).digest())
  const modules: Readonly<Record<string, unknown>> = {
    Storage: storage(files, newBuffer),
    crypto: { SHA1: hash('sha1'), SHA224: hash('sha224'), SHA256: hash('sha256') },
  }
  return {
    [firmware.line]: lineOf(firmware),
    BTN1: { read: () => (firmware.pressed() ? 1 : 0) },
    E: {
      convolve,
      CRC32: (data: unknown) => crc32(asBytes(data)),
      setConsole: firmware.setConsole,
      setPassword: () => undefined,
      lockConsole: () => undefined,
      reboot: firmware.reboot,
      // Why signed: the firmware hands out the 32 bits of its generator as an integer of the language.
      hwRand: () => randomInt(2 ** 32) | 0,
      toString: (value: unknown) => Buffer.from(asBytes(value)).toString('latin1'),
      toArrayBuffer: (value: unknown) => newBuffer(asBytes(value)),
      getAddressOf: () => 0,
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
