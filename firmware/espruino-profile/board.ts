import { type ProfileContext, profileContext } from './context.ts'
import type { Files, Firmware } from './natives.ts'
import { ack, ctrlC, dle, encodePacket, nak, type Packet, packetReader, packetTypes } from './packets.ts'

/** A board without a board: the packet protocol and a bare prompt in front of a profile context. */
export type FakeBoard = {
  /** Bytes from the host. */
  write(bytes: Uint8Array): void
  /** What Storage holds. */
  readonly files: Files
  stop(): void
}

// A packet that stands still for this long is answered NAK: the timer of jsiPacketStart in 2v29.
const packetMsMax = 5000
// And a file without its next part is given up after this.
const fileMsMax = 10_000
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const latin1 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'))

/** The options of a file packet: JSON whose field names need no quotes. */
const readOptions = (data: Uint8Array): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text(data).replace(/([{,]\s*)([a-z]+)\s*:/g, '$1"$2":'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

export type BoardOptions = Partial<Pick<Firmware, 'board' | 'version' | 'line' | 'pressed'>>

/** What runs at every start, in this order. Source: jsfLoadBootCodeFromFlash and jsiSemiInit of 2v29. */
const startFiles = ['.boot0', '.boot1', '.boot2', '.boot3', '.bootcde']

/** @param send - takes the bytes to the host. */
export const fakeBoard = (send: (bytes: Uint8Array) => void, options: BoardOptions = {}): FakeBoard => {
  const { board = 'PROFILE', version = 'profile', line: lineName = 'USB', pressed = () => false } = options
  const files: Files = new Map()
  let context: ProfileContext
  let console: string | null = lineName
  let takers: ((bytes: string) => void)[] = []
  let echo = true
  let line = ''
  let file: { name: string; bytes: Uint8Array; at: number; timer: NodeJS.Timeout } | null = null
  let packetTimer: NodeJS.Timeout | undefined
  /** What the interpreter prints goes to its console. */
  const say = (value: string): void => {
    if (console === lineName) send(latin1(value))
  }
  const reply = (packet: Packet): void => send(encodePacket(packet))
  const answer = (good: boolean): void => send(Uint8Array.of(good ? ack : nak))
  const restart = (): void => {
    context?.stop()
    console = lineName
    takers = []
    context = profileContext(files, (printed) => say(`${printed}\r\n`), {
      board,
      version,
      line: lineName,
      pressed,
      send,
      onData: (take) => takers.push(take),
      setConsole: (device) => {
        console = device
      },
      reboot: () => setImmediate(restart),
    })
    for (const name of startFiles) {
      const start = files.get(name)
      if (start !== undefined) attempt(text(start))
    }
  }
  const attempt = (code: string): { value: unknown } | null => {
    try {
      return { value: context.run(code) }
    } catch (error) {
      say(`Uncaught ${error}\r\n`)
      return null
    }
  }
  const closeFile = (): void => {
    if (file !== null) clearTimeout(file.timer)
    file = null
  }
  const openFile = (data: Uint8Array): boolean => {
    closeFile()
    const options = readOptions(data)
    if (typeof options?.fn !== 'string' || !Number.isInteger(options.s) || options.s === 0 || options.fs) return false
    file = {
      name: options.fn,
      bytes: new Uint8Array(options.s as number),
      at: 0,
      timer: setTimeout(closeFile, fileMsMax),
    }
    return true
  }
  const writeFile = (data: Uint8Array): boolean => {
    if (file === null || file.at + data.length > file.bytes.length) return false
    file.bytes.set(data, file.at)
    file.at += data.length
    file.timer.refresh()
    files.set(file.name, file.bytes)
    if (file.at === file.bytes.length) closeFile()
    return true
  }
  const sendFile = (data: Uint8Array): void => {
    const bytes = files.get(String(readOptions(data)?.fn))
    if (bytes === undefined) {
      answer(false)
      return
    }
    answer(true)
    for (let at = 0; at < bytes.length; at += 1024) {
      reply({ type: packetTypes.data, data: bytes.subarray(at, at + 1024) })
    }
    reply({ type: packetTypes.data, data: new Uint8Array() })
  }
  const evaluate = (data: Uint8Array): void => {
    const code = text(data)
    if (/^\s*(reset|load)\s*\(\s*\)\s*;?\s*$/.test(code)) {
      answer(true)
      reply({ type: packetTypes.response, data: latin1('undefined') })
      restart()
      return
    }
    const result = attempt(code)
    answer(result !== null)
    if (result === null) return
    const value = result.value === undefined ? 'undefined' : (JSON.stringify(result.value) ?? 'undefined')
    reply({ type: packetTypes.response, data: latin1(value) })
  }
  const takePacket = ({ type, data }: Packet): void => {
    if (type === packetTypes.eval) evaluate(data)
    else if (type === packetTypes.fileSend) answer(openFile(data))
    else if (type === packetTypes.data) answer(writeFile(data))
    else if (type === packetTypes.fileReceive) sendFile(data)
    else answer(false)
  }
  const takeKey = (byte: number): void => {
    if (byte === ctrlC) line = ''
    else if (byte === dle) echo = false
    else if (byte === 10 || byte === 13) {
      const code = line
      line = ''
      if (code.trim() === '') return
      const result = /^(reset|load)\(\);?$/.test(code.trim()) ? restart() : attempt(code)
      if (echo && result) say(`=${result.value}\r\n>`)
    } else line += String.fromCharCode(byte)
  }
  const reader = packetReader(takePacket, takeKey)
  restart()
  return {
    files,
    write: (bytes) => {
      // Lines, packets and Ctrl-C are for the device that has the console: jshPushIOCharEvents of 2v29.
      if (console !== lineName) {
        for (const take of takers) take(text(bytes))
        return
      }
      clearTimeout(packetTimer)
      reader.write(bytes)
      packetTimer = setTimeout(() => {
        if (reader.abandon()) answer(false)
      }, packetMsMax)
      packetTimer.unref()
    },
    stop: () => {
      clearTimeout(packetTimer)
      closeFile()
      context.stop()
    },
  }
}
