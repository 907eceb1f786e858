import { chmodSync, chownSync, closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codes } from '../../../device-sdk/protocol/index.ts'
import type { FlashTransport } from '../../../firmware/toolchain/flash/transport.ts'
import { openTransport } from '../../../firmware/toolchain/flash/transport.ts'
import { noSocat, plug, portPath } from '../../device-sdk/sensors/serial.ts'

const opened = async (path: string, signal = new AbortController().signal): Promise<FlashTransport> => {
  const transport = await openTransport(path, 115_200, signal)
  if (!transport.ok) throw new Error(transport.error.code)
  return transport.value
}

describe.skipIf(noSocat !== null)(`a serial port to flash by ${noSocat ?? ''}`, () => {
  it('gives the bytes that are asked for, and fewer where they do not come', async () => {
    const pty = await plug(portPath())
    const transport = await opened(pty.path)
    pty.write('abcde')
    expect(await transport.take(3, 2_000)).toEqual({ ok: true, value: Uint8Array.from(Buffer.from('abc')) })
    expect(await transport.take(3, 50)).toEqual({ ok: true, value: Uint8Array.from(Buffer.from('de')) })
    expect(await transport.take(1, 1)).toEqual({ ok: true, value: new Uint8Array() })
    await transport.close()
  })

  it('is busy while another has it open, with or without a lock, who is named', async () => {
    const pty = await plug(portPath())
    const other = openSync(pty.path, 'r+')
    const busy = await openTransport(pty.path, 115_200, new AbortController().signal)
    closeSync(other)
    expect(busy).toMatchObject({ error: { code: 'flash/port-busy' } })
    expect(busy.ok ? '' : busy.error.detail).toContain(`(${process.pid})`)
  })

  it('tells unplugged from interrupted', async () => {
    const pty = await plug(portPath())
    const transport = await opened(pty.path)
    const waiting = transport.take(1, 10_000)
    await pty.unplug()
    expect(await waiting).toMatchObject({ error: { code: 'flash/unplugged' } })
    expect(await transport.send(Uint8Array.of(1))).toMatchObject({ error: { code: 'flash/unplugged' } })

    const second = await plug(portPath())
    const stop = new AbortController()
    const stopped = await opened(second.path, stop.signal)
    const cut = stopped.take(1, 10_000)
    stop.abort()
    expect([await cut, await stopped.gone]).toMatchObject(Array(2).fill({ error: { code: 'flash/interrupted' } }))
  })
})

it('names the group that a port belongs to, and with it the command', async () => {
  const path = portPath()
  writeFileSync(path, '')
  const root = process.getuid?.() === 0
  // Debian's dialout, which owns serial ports.
  if (root) chownSync(path, 0, 20)
  chmodSync(path, 0)
  chmodSync(join(path, '..'), 0o755)
  // Root may open everything, so a test that runs as root is somebody else for a moment.
  if (root) process.seteuid?.(65_534)
  const refused = await openTransport(path, 9_600, new AbortController().signal)
  if (root) process.seteuid?.(0)
  expect(refused).toMatchObject({
    error: { code: 'flash/no-permission', detail: expect.stringContaining('belongs to the group') },
  })
  expect(codes['flash/no-permission'].next).toContain('sudo usermod -aG GROUP $USER')
})

it('says of a port why it does not open', async () => {
  const { signal } = new AbortController()
  expect(await openTransport(join('/dev', 'absent'), 9_600, signal)).toMatchObject({ error: { code: 'flash/no-port' } })
  expect(await openTransport('/dev/null', 9_600, signal)).toMatchObject({ ok: false })
})
