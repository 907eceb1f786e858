import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { combTable } from '../../../device-sdk/espruino/index.ts'
import { nobleSigner } from '../../../device-sdk/signer/index.ts'
import {
  bundleForEspruino,
  encodePacket,
  type FakeBoard,
  fakeBoard,
  type Packet,
  packetReader,
  packetTypes,
} from '../../../firmware/espruino-profile/index.ts'
import { openPty, type Pty } from '../../emulators/pty.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

describe('over a serial line', () => {
  let folder: string
  let pty: Pty
  let board: FakeBoard
  let port: SerialPort
  let keys: string
  let packets: Packet[]
  let wake: () => void

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hexfix-board-'))
    pty = await openPty(join(folder, 'tty'))
    board = fakeBoard((bytes) => pty.write(bytes))
    pty.onData((data) => board.write(data))
    keys = ''
    packets = []
    wake = () => {}
    const reader = packetReader(
      (packet) => packets.push(packet),
      (byte) => {
        keys += String.fromCharCode(byte)
      },
    )
    port = new SerialPort({ path: pty.path, baudRate: 115_200, autoOpen: false })
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
    port.on('data', (data: Buffer) => {
      reader.write(data)
      wake()
    })
  })
  afterEach(async () => {
    board.stop()
    await new Promise<void>((resolve) => port.close(() => resolve()))
    await pty.unplug()
    rmSync(folder, { recursive: true })
  })

  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        if (condition()) resolve()
      }
      wake()
    })
  /** Sends one packet and waits for ACK or NAK. */
  const ask = async (type: number, data: Uint8Array): Promise<boolean> => {
    keys = ''
    packets = []
    port.write(Buffer.from(encodePacket({ type, data })))
    await until(() => keys.includes('\x06') || keys.includes('\x15'))
    return keys.includes('\x06')
  }
  const evaluate = async (code: string): Promise<string | null> => {
    if (!(await ask(packetTypes.eval, latin1(code)))) return null
    await until(() => packets.length > 0)
    return Buffer.from(packets[0]?.data ?? []).toString('latin1')
  }
  const upload = async (name: string, data: Uint8Array): Promise<boolean> => {
    if (!(await ask(packetTypes.fileSend, latin1(JSON.stringify({ fn: name, s: data.length }))))) return false
    for (let at = 0; at < data.length; at += 4096) {
      if (!(await ask(packetTypes.data, data.subarray(at, at + 4096)))) return false
    }
    return true
  }

  test('uploads the signer and its table, starts them, and reads a signature back: noble’s bytes', async () => {
    const entry = fileURLToPath(new URL('../../../device-sdk/espruino/signer/bundle-entry.ts', import.meta.url))
    const { code } = await bundleForEspruino(entry)
    port.write(Buffer.from('\x03\x10'))
    expect(await upload('.bootcde', latin1(code))).toBe(true)
    expect(await upload('hexfix.tab', combTable())).toBe(true)
    expect(await evaluate('load()')).toBe('undefined')
    expect(await evaluate('typeof hexfixSigner.deviceSigner')).toBe('"function"')
    // RFC 6979 without a digest from outside: the program makes it, as a device does.
    await evaluate(
      'var out = ""; var secret = new Uint8Array(32); secret.fill(31); var digest = new Uint8Array(32); digest.fill(5);' +
        'hexfixSigner.deviceSigner(secret, new Uint24Array(require("Storage").readArrayBuffer("hexfix.tab")),' +
        'function (m) { return new Uint8Array(require("crypto").SHA256(m)) })' +
        '.sign(digest, function (s) { out = s.join(","); print("signed") })',
    )
    await until(() => keys.includes('signed'))
    const signature = JSON.parse((await evaluate('out')) ?? '""') as string
    const expected = nobleSigner(new Uint8Array(32).fill(31)).sign(new Uint8Array(32).fill(5))
    expect(signature.split(',').slice(0, 64).map(Number)).toEqual([...expected])
  })

  test('a file comes back in parts of 1 024 bytes and an empty one at the end', async () => {
    const data = Uint8Array.from({ length: 3000 }, (_, i) => i & 255)
    expect(await upload('data', data)).toBe(true)
    expect(await ask(packetTypes.fileReceive, latin1('{fn:"data"}'))).toBe(true)
    await until(() => packets.at(-1)?.data.length === 0)
    expect(packets.map((packet) => packet.data.length)).toEqual([1024, 1024, 952, 0])
    expect(Buffer.concat(packets.map((packet) => packet.data))).toEqual(Buffer.from(data))
  })

  test('refuses code that throws, parts of no file, a file of no bytes, too many bytes, and a packet of no type', async () => {
    expect(await evaluate('Math.imul(1, 2)')).toBeNull()
    expect(await ask(packetTypes.data, latin1('x'))).toBe(false)
    expect(await ask(packetTypes.fileSend, latin1('{fn:"a",s:0}'))).toBe(false)
    expect(await ask(packetTypes.fileReceive, latin1('{fn:"none"}'))).toBe(false)
    expect(await ask(packetTypes.fileSend, latin1('{fn:"a",s:2}'))).toBe(true)
    expect(await ask(packetTypes.data, latin1('abc'))).toBe(false)
    expect(await ask(0xe000, latin1('x'))).toBe(false)
  })

  test('a line at the prompt runs, and is silent once echo is off', async () => {
    port.write('1+1\n')
    await until(() => keys.includes('=2'))
    keys = ''
    // The first two characters belong to what Ctrl-C drops.
    port.write('ab\x03\x10print("x"+1)\n')
    await until(() => keys.includes('x1'))
    expect(keys).not.toContain('=')
  })
})

test('a packet carries 8 191 bytes and no more', () => {
  expect([...encodePacket({ type: packetTypes.data, data: new Uint8Array(8191) }).subarray(0, 4)]).toEqual([
    16, 1, 0x9f, 0xff,
  ])
  expect(() => encodePacket({ type: packetTypes.data, data: new Uint8Array(8192) })).toThrow(RangeError)
})
