import { describe, expect, it } from 'vitest'
import { openBleUart } from '../../../device-sdk/link/ble/uart.ts'
import type { BoardLine } from '../../../device-sdk/link/index.ts'
import { openBoardLine } from '../../../device-sdk/link/index.ts'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { openAir } from '../../emulators/air-of-boards.ts'
import type { BluezOptions, PeripheralOptions } from '../../emulators/bluez.ts'
import { noDbus } from '../../emulators/dbus.ts'

const puck: PeripheralOptions = { name: 'Puck.js 1234', address: 'E7:E0:57:AD:36:A2' }
const other: PeripheralOptions = { name: 'Puck.js 9999', address: 'E7:E0:57:AD:36:A3' }
const { signal } = new AbortController()
const open = (path: string, stop = signal): Promise<Result<BoardLine>> => openBoardLine(path, 9_600, stop)
const opened = async (path: string, stop = signal): Promise<BoardLine> => {
  const line = await open(path, stop)
  if (!line.ok) throw new Error(`${line.error.code} ${line.error.detail}`)
  return line.value
}
const heard = (line: BoardLine, count: number): Promise<Buffer> =>
  new Promise((resolve) => {
    let all = Buffer.alloc(0)
    line.onData((bytes) => {
      all = Buffer.concat([all, bytes])
      if (all.length >= count) resolve(all)
    })
  })
const long = Buffer.from(Array.from({ length: 300 }, (_, i) => i & 0xff))

describe.skipIf(noDbus !== null)(`a board over Bluetooth ${noDbus ?? ''}`, () => {
  it.each([
    ['by its name, on the air', `ble:${puck.name}`, false],
    ['by its address, in small letters', `ble:${puck.address.toLowerCase()}`, false],
    ['that BlueZ knows from before, without a search', `ble:${puck.name}`, true],
  ])('is found %s, and carries bytes both ways in order', async (_, path, known) => {
    const taken: Buffer[] = []
    const { bluez } = await openAir({ peripherals: [{ ...puck, known, onBytes: (bytes) => taken.push(bytes) }, other] })
    const line = await opened(path)
    expect(bluez.calls.includes('StartDiscovery')).toBe(!known)
    const sent = await Promise.all([line.send(long), line.send(Buffer.from('end'))])
    expect(sent).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ])
    expect(Buffer.concat(taken)).toEqual(Buffer.concat([long, Buffer.from('end')]))
    // As many bytes a write as the connection has room for: 53 less the header of 3.
    expect(taken.map(({ length }) => length)).toEqual([50, 50, 50, 50, 50, 50, 3])
    const answer = heard(line, long.length)
    bluez.notify(puck.name, long)
    expect(await answer).toEqual(long)
    await line.close()
    expect(bluez.calls.at(-1)).toBe('Disconnect')
    await line.gone
  })

  it.each<[string, BluezOptions, string]>([
    ['there is no adapter', { adapter: false, peripherals: [] }, 'ble/no-adapter'],
    ['two have the name', { peripherals: [puck, { ...other, name: puck.name }] }, 'ble/ambiguous'],
    ['BlueZ cannot connect', { refusal: 'org.bluez.Error.NotReady', peripherals: [puck] }, 'ble/refused'],
  ])('is not opened where %s', async (_, options, code) => {
    await openAir(options)
    expect(await open(`ble:${puck.name}`)).toMatchObject({ error: { code } })
  })

  it('is not opened where nobody has the name, nor where it has no serial line', async () => {
    await openAir({ peripherals: [other, { ...puck, uart: false }] })
    expect(await openBleUart('Puck.js 5678', signal, 1)).toEqual({
      ok: false,
      error: { code: 'ble/not-found', detail: 'Puck.js 5678' },
    })
    expect(await open(`ble:${puck.name}`)).toMatchObject({ error: { code: 'ble/no-uart' } })
  })

  it('is gone when it goes out of reach, and says so to whoever writes', async () => {
    const { bluez } = await openAir({ peripherals: [{ ...puck, onBytes: () => bluez.lose(puck.name) }] })
    const line = await opened(`ble:${puck.name}`)
    expect(await line.send(long)).toMatchObject({ error: { code: 'board/unplugged' } })
    await line.gone
    await line.close()
  })

  it('is gone when the service ends, and when the bus does', async () => {
    const { bluez, bus } = await openAir({ peripherals: [puck] })
    const line = await opened(`ble:${puck.name}`)
    bluez.close()
    await line.gone
    expect(await open(`ble:${puck.name}`)).toMatchObject({ error: { code: 'ble/no-service' } })
    await bus.close()
    expect(await open(`ble:${puck.name}`)).toMatchObject({ error: { code: 'ble/no-service' } })
  })

  it('ends when whoever opened it stops, also while it is looked for', async () => {
    await openAir({ peripherals: [puck] })
    const stop = new AbortController()
    const line = await opened(`ble:${puck.name}`, stop.signal)
    stop.abort()
    await line.gone
    const searching = new AbortController()
    const lookedFor = open('ble:nobody', searching.signal)
    searching.abort()
    expect(await lookedFor).toMatchObject({ ok: false })
  })
})
