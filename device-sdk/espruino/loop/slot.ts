import type { ByteString } from '../../protocol/index.ts'
import { storage } from './firmware.ts'

/** A small record that survives a power cut at any moment: it reads as it was, or as it was to be. */
export type Slot = {
  /** Null where there is none, and where none can be read. */
  read(): ByteString | null
  /** False where the flash did not take it: then the old one holds. */
  write(data: ByteString): boolean
}

const four = (value: number): ByteString =>
  String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)

/** A file of a slot: CRC-32 of the rest, how often the slot was written, and the data. */
const turnOf = (file: ByteString | undefined): number => {
  if (file === undefined || file.length < 8 || file.slice(0, 4) !== four(E.CRC32(file.slice(4)))) return -1
  let turn = 0
  for (let i = 4; i < 8; i++) turn = turn * 256 + file.charCodeAt(i)
  return turn
}

/**
 * Why two files in turn: Storage takes the old file away before it writes the new one.
 * Source: jsfWriteFile of Espruino 2v29, src/jsflash.c.
 */
export const slot = (name: string): Slot => {
  const turns = (): [number, number] => [turnOf(storage.read(`${name}0`)), turnOf(storage.read(`${name}1`))]
  return {
    read: () => {
      const found = turns()
      if (found[0] < 0 && found[1] < 0) return null
      const file = storage.read(name + (found[0] > found[1] ? '0' : '1')) as ByteString
      return file.slice(8)
    },
    write: (data) => {
      const found = turns()
      const file = name + (found[0] > found[1] ? '1' : '0')
      const rest = four(Math.max(found[0], found[1]) + 1) + data
      const whole = four(E.CRC32(rest)) + rest
      try {
        storage.write(file, whole)
      } catch (_full) {
        return false
      }
      return storage.read(file) === whole
    },
  }
}
