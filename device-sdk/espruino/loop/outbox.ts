import { bootKey } from '../../protocol/boot.ts'
import type { ByteString } from '../../protocol/index.ts'
import { storage } from './firmware.ts'

/** A report that waits: the name of its file, with its pair, and the compact message. */
export type Waiting = { readonly name: string; readonly message: ByteString }

/** h, boot and seq, each as 8 hex digits: names sort as the pairs count. */
const names = /^h[0-9a-f]+$/
const nameOf = (boot: number, seq: number): string => `h${bootKey(boot)}${bootKey(seq)}`
const pairOfName = (name: string): [boot: number, seq: number] => [
  Number(`0x${name.slice(1, 9)}`),
  Number(`0x${name.slice(9)}`),
]

/**
 * A file holds length and CRC-32 in eight bytes, the message up to a multiple of eight, and two marks of eight that are 0xff until the
 * report is sent, and until it is delivered: flash turns ones into zeros without being erased.
 */
const headBytes = 8
const markBytes = 8
const mark = '\0\0\0\0\0\0\0\0'
const padded = (length: number): number => (length + 7) & ~7

const four = (value: number): ByteString =>
  String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
const headOf = (message: ByteString): ByteString => four(message.length) + four(E.CRC32(message))

const messageOf = (file: ByteString): ByteString | null => {
  const length = file.charCodeAt(2) * 256 + file.charCodeAt(3)
  const message = file.slice(headBytes, headBytes + length)
  return headOf(message) === file.slice(0, headBytes) ? message : null
}
const isMarked = (file: ByteString): boolean => file.charCodeAt(file.length - 1) === 0
const isSent = (file: ByteString): boolean => file.charCodeAt(file.length - 1 - markBytes) === 0

/** Reports in flash: a file each, bounded by bytes. What was delivered over a line that proves nothing is kept, and overwritten first. */
export type Outbox = {
  nameOf(boot: number, seq: number): string
  /** The last pair in flash, which is the end of the boot before while this one has no report. Null where there is none. */
  newest(): [boot: number, seq: number] | null
  /**
   * False where the flash did not take it. @returns through `lost` how many reports had to go that nobody has.
   * @param instead - the report whose place it takes: that one is erased once this one stands.
   */
  add(boot: number, seq: number, message: ByteString, lost: (count: number) => void, instead?: string): boolean
  /** The oldest that is not delivered. */
  next(): Waiting | null
  /** The oldest of a boot below this one that was never sent. */
  unsent(below: number): Waiting | null
  /** Comes before it leaves the board for the first time. */
  sent(name: string): void
  waiting(): number
  find(boot: number, seq: number): Waiting | null
  delivered(name: string): void
  /** For what is proven. The newest stays, as a mark of how far the boot went. */
  remove(name: string): void
}

export const openOutbox = (bytesMax: number): Outbox => {
  const list = (): string[] => storage.list(names).sort()
  const read = (name: string): ByteString => storage.read(name) as ByteString
  const isWaiting = (name: string): boolean => {
    const file = read(name)
    return !isMarked(file) && messageOf(file) !== null
  }
  const makeRoom = (bytes: number, lost: (count: number) => void, instead?: string): void => {
    const files = list().filter((name) => name !== instead)
    let held = bytes
    for (const name of files) held += read(name).length
    // First what was delivered, then the oldest.
    let count = 0
    for (let round = 0; round < 2; round++) {
      for (const name of files) {
        const file = held > bytesMax ? storage.read(name) : undefined
        if (file === undefined || (round === 0 && !isMarked(file))) continue
        if (!isMarked(file)) count++
        held -= file.length
        storage.erase(name)
      }
    }
    if (count > 0) lost(count)
  }
  const delivered = (name: string): void => {
    const file = read(name)
    if (!isMarked(file)) storage.write(name, mark, file.length - markBytes)
  }
  return {
    nameOf,
    newest: () => {
      const files = list()
      return files.length === 0 ? null : pairOfName(files[files.length - 1] as string)
    },
    add: (boot, seq, message, lost, instead) => {
      const size = headBytes + padded(message.length) + 2 * markBytes
      makeRoom(size, lost, instead)
      const name = nameOf(boot, seq)
      try {
        storage.write(name, headOf(message) + message, 0, size)
      } catch (_full) {
        return false
      }
      if (messageOf(read(name)) !== message) return false
      if (instead !== undefined) storage.erase(instead)
      return true
    },
    next: () => {
      for (const name of list()) {
        if (isWaiting(name)) return { name, message: messageOf(read(name)) as ByteString }
      }
      return null
    },
    unsent: (below) => {
      for (const name of list()) {
        if (pairOfName(name)[0] >= below) return null
        if (isWaiting(name) && !isSent(read(name))) return { name, message: messageOf(read(name)) as ByteString }
      }
      return null
    },
    sent: (name) => {
      const file = read(name)
      if (!isSent(file)) storage.write(name, mark, file.length - 2 * markBytes)
    },
    waiting: () => list().filter(isWaiting).length,
    find: (boot, seq) => {
      const name = nameOf(boot, seq)
      const file = storage.read(name)
      const message = file === undefined ? null : messageOf(file)
      return message === null ? null : { name, message }
    },
    delivered,
    remove: (name) => {
      const files = list()
      if (name === files[files.length - 1]) delivered(name)
      else storage.erase(name)
    },
  }
}
