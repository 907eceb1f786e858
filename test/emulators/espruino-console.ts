import { createHash } from 'node:crypto'
import { createContext, runInContext } from 'node:vm'

export type EspruinoOptions = {
  readonly board: string
  /** Firmware before 2v25 knows no packets. */
  readonly version: string
  readonly storage: Map<string, Buffer>
  /** False for a build without the crypto library. */
  readonly sha256?: boolean
  readonly storageBytes?: number
  /** What becomes of bytes on their way into the flash. */
  readonly spoil?: (bytes: Buffer) => Buffer
  readonly send: (bytes: Uint8Array) => void
}

const packets = { eval: 0x2000, fileSend: 0x6000, data: 0x8000, fileReceive: 0xa000 }
const ack = Buffer.of(6)
const packet = (type: number, data: Uint8Array): Buffer => {
  const head = type | data.length
  return Buffer.concat([Buffer.of(0x10, 1, head >> 8, head & 0xff), data])
}
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

/** The console of an Espruino: Ctrl-C, lines, and packets, which answer as firmware 2v29 was seen to. */
export const espruinoConsole = (options: EspruinoOptions) => {
  const { send, storage } = options
  const spoil = options.spoil ?? ((bytes) => bytes)
  const room = options.storageBytes ?? 65_536
  const used = (): number => [...storage.values()].reduce((sum, { length }) => sum + length, 0)
  const place = (name: string, data: Buffer, at: number, size: number): boolean => {
    if (at === 0 && used() + size > room) return false
    const file = at === 0 ? Buffer.alloc(size, 0xff) : (storage.get(name) ?? Buffer.alloc(size))
    spoil(data).copy(file, at)
    storage.set(name, file)
    return true
  }
  let echo = true
  const library: { readonly [name: string]: unknown } = {
    Storage: {
      erase: (name: string) => void storage.delete(name),
      read: (name: string, at = 0, length = Number.POSITIVE_INFINITY) =>
        storage
          .get(name)
          ?.subarray(at, at + length)
          .toString('latin1'),
      write: (name: string, text: string, at = 0, size = text.length) => place(name, latin1(text), at, size),
    },
    ...(options.sha256 === false
      ? {}
      : { crypto: { SHA256: (text: string) => createHash('sha256').update(text, 'latin1').digest() } }),
  }
  const run = (code: string): unknown => runInContext(code, context)
  const uncaught = (error: unknown): Buffer => latin1(`Uncaught ${error}\r\n    at :1:1\r\n`)
  const load = (): void => {
    echo = true
    try {
      run(storage.get('.bootcde')?.toString('latin1') ?? '')
    } catch (error) {
      send(uncaught(error))
    }
  }
  const context = createContext({
    process: { version: options.version, env: { BOARD: options.board } },
    E: { toJS: (value: Uint8Array) => JSON.stringify([...value]) },
    atob: (text: string) => Buffer.from(text, 'base64').toString('latin1'),
    btoa: (text: string) => latin1(text).toString('base64'),
    print: (text: unknown) => send(latin1(`${text}\r\n`)),
    echo: (on: number) => {
      echo = on !== 0
    },
    require: (name: string) => {
      if (library[name] === undefined) throw new Error(`Module ${name} not found`)
      return library[name]
    },
    load,
  })

  let incoming: { readonly name: string; readonly size: number; at: number } | null = null
  const answer = (type: number, data: Buffer): void => {
    if (type === packets.eval) {
      const json = JSON.stringify(run(data.toString('latin1')))
      send(Buffer.concat([ack, packet(0, latin1(json))]))
    } else if (type === packets.fileSend) {
      const { fn, s } = JSON.parse(data.toString('latin1'))
      if (used() + s > room) throw new Error('No free space')
      incoming = { name: fn, size: s, at: 0 }
      send(ack)
    } else if (type === packets.data && incoming !== null) {
      place(incoming.name, data, incoming.at, incoming.size)
      incoming.at += data.length
      send(ack)
    } else if (type === packets.fileReceive) {
      const file = storage.get(JSON.parse(data.toString('latin1')).fn)
      if (file === undefined) throw new Error('no such file')
      const parts: Buffer[] = [ack]
      for (let at = 0; at < file.length; at += 1024) parts.push(packet(packets.data, file.subarray(at, at + 1024)))
      send(Buffer.concat([...parts, packet(packets.data, Buffer.alloc(0))]))
    }
  }
  const attempt = (action: () => unknown, refusal: Buffer): void => {
    try {
      action()
    } catch (error) {
      send(Buffer.concat([refusal, uncaught(error)]))
    }
  }
  const takeLine = (line: string): void => {
    const quiet = line.startsWith('\x10')
    if (echo && !quiet) send(latin1(`${line}\r\n>`))
    attempt(() => run(quiet ? line.slice(1) : line), Buffer.alloc(0))
  }

  let held = Buffer.alloc(0)
  const knowsPackets = Number(options.version.slice(2)) >= 25
  return (bytes: Uint8Array): void => {
    held = Buffer.concat([held, bytes])
    while (held.length > 0) {
      if (held[0] === 3) {
        send(latin1('\r\u001b[J>'))
        held = held.subarray(1)
      } else if (held[0] === 0x10 && held[1] === 1 && knowsPackets) {
        const head = held.length < 4 ? 0x1fff : held.readUInt16BE(2)
        const end = 4 + (head & 0x1fff)
        if (held.length < end) return
        const data = Buffer.from(held.subarray(4, end))
        held = held.subarray(end)
        attempt(() => answer(head & 0xe000, data), Buffer.of(0x15))
      } else {
        const end = held.indexOf('\n')
        if (end < 0) return
        const line = held.subarray(0, end).toString('latin1')
        held = held.subarray(end + 1)
        takeLine(line)
      }
    }
  }
}
