import type { Files, Flash } from './flash.ts'
import { type Packet, packetTypes } from './packets.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** A file without its next part is given up after this: jsiPacketFileSetTimeout of 2v29. */
const fileMsMax = 10_000

/** The options of a file packet: JSON whose field names need no quotes. */
const readOptions = (data: Uint8Array): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text(data).replace(/([{,]\s*)([a-z]+)\s*:/g, '$1"$2":'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Packets that write files and read them. Each gives true for ACK. */
export const filePackets = (files: Files, flash: Flash, reply: (packet: Packet) => void) => {
  let file: { name: string; size: number; at: number; timer: NodeJS.Timeout } | null = null
  const close = (): void => {
    if (file !== null) clearTimeout(file.timer)
    file = null
  }
  return {
    close,
    open: (data: Uint8Array): boolean => {
      close()
      const options = readOptions(data)
      if (typeof options?.fn !== 'string' || !Number.isInteger(options.s) || options.s === 0 || options.fs) return false
      file = { name: options.fn, size: options.s as number, at: 0, timer: setTimeout(close, fileMsMax) }
      return true
    },
    write: (data: Uint8Array): boolean => {
      if (file === null) return false
      try {
        flash.write(file.name, data, file.at, file.size)
      } catch {
        return false
      }
      file.at += data.length
      file.timer.refresh()
      if (file.at >= file.size) close()
      return true
    },
    /** @param answer - says ACK, before the parts. */
    send: (data: Uint8Array, answer: () => void): boolean => {
      const bytes = files.get(String(readOptions(data)?.fn))
      if (bytes === undefined) return false
      answer()
      for (let at = 0; at < bytes.length; at += 1024) {
        reply({ type: packetTypes.data, data: bytes.subarray(at, at + 1024) })
      }
      reply({ type: packetTypes.data, data: new Uint8Array() })
      return true
    },
  }
}
