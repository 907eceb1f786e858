import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fakeBoard } from '../../firmware/espruino-profile/index.ts'
import { openEmulator } from '../../scripts/native/emulator.ts'
import { emulatedBoard } from '../device-sdk/espruino/native/board.ts'
import { code, table } from '../device-sdk/espruino/native/fixtures.ts'
import { openAir } from '../emulators/air-of-boards.ts'
import { bh1750 } from '../emulators/bh1750.ts'
import { noDbus } from '../emulators/dbus.ts'
import { sht31 } from '../emulators/sht31.ts'
import { espruinoI2c } from '../emulators/small-board/espruino-i2c.ts'
import { getJson, provision, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

type Json = Readonly<Record<string, unknown>>

const run = async (args: readonly string[]): Promise<Json> => {
  const { status, stdout, stderr } = await runCli([...args, '--json'])
  if (status !== 0) throw new Error(stderr + stdout)
  return JSON.parse(stdout)
}

const name = 'Puck.js ad36'
const port = `ble:${name}`

/** A Puck.js of the Espruino profile behind an emulated BlueZ. It goes out of reach when that many bytes have come to it. */
const plugPuck = async () => {
  let bytesLeft = Number.POSITIVE_INFINITY
  const emulator = openEmulator(code, table)
  onTestFinished(emulator.close)
  const weather = sht31({ raw: () => ({ temperature: 0x6666, humidity: 0x8000 }) })
  const device = fakeBoard((bytes) => bluez.notify(name, bytes), {
    board: 'PUCKJS',
    version: '2v29',
    line: 'Bluetooth',
    E: emulatedBoard(emulator).board,
    globals: {
      I2C1: espruinoI2c(
        weather,
        bh1750(() => 1_000),
      ),
      D1: {},
      D2: {},
    },
  })
  onTestFinished(device.stop)
  const onBytes = (bytes: Buffer): void => {
    bytesLeft -= bytes.length
    if (bytesLeft < 0) bluez.lose(name)
    else device.write(bytes)
  }
  const { bluez } = await openAir({ peripherals: [{ name, address: 'E7:E0:57:AD:36:A2', onBytes }] })
  return {
    device,
    loseAfter: (bytes: number): void => {
      bytesLeft = bytes
    },
  }
}

describe.skipIf(noDbus !== null)(`a Puck.js over an emulated BlueZ ${noDbus ?? ''}`, () => {
  it('is flashed after a connection that broke, provisioned, and reports over a relay', {
    timeout: 120_000,
  }, async () => {
    const { device, loseAfter } = await plugPuck()
    const folder = temporaryFolder()
    const config = join(folder, 'config.json')
    writeFileSync(config, JSON.stringify({ everyS: 2, batch: 1 }))
    const image = join(folder, 'build')
    await run(['build', '--app', 'weather-node', '--board', 'puckjs', '--config', config, '--out', image])

    const flash = ['flash', '--image', image, '--port', port]
    loseAfter(20_000)
    const lost = await runCli([...flash, '--json'])
    expect([lost.status, JSON.parse(lost.stdout).error]).toEqual([
      1,
      expect.objectContaining({ code: 'flash/unplugged' }),
    ])
    // The lock of the console goes first and comes last: what is there now can be flashed.
    expect(device.files.has('.boot0')).toBe(false)
    loseAfter(Number.POSITIVE_INFINITY)
    const greeting = 'weather-node, firmware 0, on puckjs'
    expect(await run(flash)).toMatchObject({ board: 'puckjs', port, chip: 'PUCKJS', hello: greeting })

    const gateway = await startGateway(join(folder, 'gateway'))
    const { data } = gateway
    const made = await run(['provision', '--data', data, '--port', port, '--name', 'window', '--no-owner'])
    expect(made).toMatchObject({ registered: true, status: 'pending', board: { app: 'weather-node', port } })
    const kid = String(made.kid)
    const dir = await provision(data, join(folder, 'roof'))
    await run(['devices', 'relay', kid, '--dir', dir, '--data', data])
    const relay = startCli(['device', 'relay', '--dir', dir, '--port', port])
    await relay.line(new RegExp(`^<- ${kid} report #0  accepted, receipt #\\d+`))
    const { reports } = await getJson<{ reports: Json[] }>(`${gateway.facts.http}/v1/reports?kid=${kid}`)
    // 0x6666 of an SHT31 is 25 Cel.
    expect(JSON.stringify(reports)).toMatch(/"value":25[,}]/)
    expect(await relay.end('SIGTERM')).toBe(0)
    await gateway.end('SIGTERM')
  })
})
