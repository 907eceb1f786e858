import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp, writeBuild } from '../../firmware/toolchain/build/build.ts'
import { noSocat } from '../device-sdk/sensors/serial.ts'
import { modbusSlave } from '../emulators/modbus-slave.ts'
import { packetForwarder } from '../emulators/packet-forwarder.ts'
import { openPty } from '../emulators/pty.ts'
import { sds011, sds011Frame } from '../emulators/sds011.ts'
import { must } from '../gateway/harness.ts'
import type { Started, StartedGateway } from './harness.ts'
import { getJson, provision, root, startCli, startGateway, temporaryFolder } from './harness.ts'

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway(join(temporaryFolder(), 'gateway'), {
    args: ['--epoch-s', '5', '--ruleset', 'simulation-1'],
  })
}, 30_000)
const ends: (() => unknown)[] = []
afterAll(async () => {
  for (const end of ends) await end()
})

/** A Pi with the processor of this machine: the binary of serialport is for that alone. */
const board = 'pi-here'
const hardware = temporaryFolder()
const piHere = (): void => {
  const read = (path: string) => JSON.parse(readFileSync(join(root, 'hardware', path), 'utf8'))
  for (const kind of ['boards', 'wiring']) mkdirSync(join(hardware, kind))
  const pi = read('boards/rpi-4.json')
  const here = { ...pi, id: board, build: { ...pi.build, arch: [process.arch] } }
  writeFileSync(join(hardware, `boards/${board}.json`), JSON.stringify(here))
  for (const app of ['energy-meter', 'air-node', 'hotspot']) {
    const wiring = { ...read(`wiring/${app}-rpi.json`), id: `${app}-here`, boards: [board] }
    writeFileSync(join(hardware, `wiring/${app}-here.json`), JSON.stringify(wiring))
  }
}
beforeAll(piHere)

type Running = Started & { readonly kid: string }

/** Runs a build alone in its folder. */
const start = async ({ build, dir }: { readonly build: string; readonly dir: string }): Promise<Running> => {
  const started = startCli([], { cli: join(build, 'app.js'), cwd: build, env: { HEXFIX_DEVICE: dir, NODE_PATH: '' } })
  const { kid } = JSON.parse(await started.line(/"event":"started"/)) as { kid: string }
  return { ...started, kid }
}

/** Builds an application for a Pi, and provisions a device for it. */
const prepare = async (app: string, config: Record<string, unknown>, more: readonly string[] = []) => {
  const folder = temporaryFolder()
  const build = join(folder, 'current')
  const [made, dir] = await Promise.all([
    buildApp({ app, board, hardware, config, firmware: 0, dev: false }),
    provision(gateway.data, join(folder, 'device'), more),
  ])
  must(await writeBuild(must(made), build))
  return { build, dir }
}

type Reports = {
  readonly reports: readonly {
    readonly code: string
    readonly report: { readonly blocks: readonly { readonly last?: readonly { name: string; value: number }[] }[] }
  }[]
}

/** What the newest report of a device holds, once the gateway's receipt for one with readings came. */
const measuredBy = async ({ line, kid }: Running): Promise<Readonly<Record<string, number>>> => {
  const { seq } = JSON.parse(await line(/"event":"report\/signed".*"schema":/)) as { seq: number }
  await line(new RegExp(`"event":"report/receipt".*"seq":${seq},.*"verdict":0`))
  const { reports } = await getJson<Reports>(`${gateway.facts.http}/v1/reports?kid=${kid}`)
  expect(new Set(reports.map(({ code }) => code))).toEqual(new Set(['accepted']))
  const last = reports.flatMap(({ report }) => report.blocks).find((block) => block.last !== undefined)?.last ?? []
  return Object.fromEntries(last.map(({ name, value }) => [name, value]))
}

describe.skipIf(noSocat !== null)(`a part on a serial line ${noSocat ?? ''}`, () => {
  const plug = async (part: (send: (bytes: Uint8Array) => void) => (bytes: Uint8Array) => void): Promise<string> => {
    const pty = await openPty(join(temporaryFolder(), 'tty'))
    ends.push(pty.unplug)
    pty.onData(part(pty.write))
    return pty.path
  }

  it.concurrent('energy-meter reads an SDM120 over Modbus', { timeout: 60_000 }, async () => {
    // SDM120 Modbus protocol, input registers: volts, amperes, watts, power factor, hertz, kWh.
    const floats = new Map(
      Object.entries({ 0: 230.5, 6: 1.25, 12: 250, 30: 0.87, 70: 50, 72: 1_234.5 }).map(
        ([address, value]): [number, number] => [Number(address), value],
      ),
    )
    const adapter = await plug((send) => modbusSlave({ unit: 7, floats, send }).receive)
    const app = await start(await prepare('energy-meter', { everyS: 1, unit: 7, ports: { adapter } }))
    expect(await measuredBy(app)).toMatchObject({ energy: 1_234_500, power: 250, voltage: 230.5, frequency: 50 })
    expect(await app.end('SIGTERM')).toBe(0)
  })

  it.concurrent('air-node reads an SDS011, where no SHT31 is wired', { timeout: 60_000 }, async () => {
    const port = await plug((send) => {
      const part = sds011({ frame: () => sds011Frame(123, 456), send: (bytes) => send(Uint8Array.from(bytes)) })
      ends.push(part.stop)
      return part.receive
    })
    const config = { everyS: 1, sensors: { dust: `sds011:${port}:0` }, without: ['air'] }
    const prepared = await prepare('air-node', config)
    // As a build for another processor is: its sensor cannot be opened, and it says so.
    const binary = join(prepared.build, `serialport-${process.arch}.node`)
    renameSync(binary, `${binary}.away`)
    const foreign = await start(prepared)
    await foreign.line(/"code":"sensor\/port-failed".*serialport-/)
    expect(await foreign.end('SIGTERM')).toBe(0)
    renameSync(`${binary}.away`, binary)
    const app = await start(prepared)
    expect(await measuredBy(app)).toMatchObject({ pm2_5: 12.3, pm10: 45.6 })
    expect(app.text()).not.toContain('sensor/')
    expect(await app.end('SIGTERM')).toBe(0)
  })
})

describe('hotspots behind packet forwarders', () => {
  const [pushData, pushAck, pullData, pullResp, pullAck, txAck] = [0, 1, 2, 3, 4, 5]

  const freePort = async (): Promise<number> => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    socket.close()
    await once(socket, 'close')
    return port
  }
  type Packet = Readonly<Record<string, unknown>>

  /** A hotspot, and the forwarder of its concentrator. `hear` is what comes in by its antenna. */
  const hotspot = async (place: string, eui: string, onSent: (txpk: Packet) => void) => {
    const forwarder = await packetForwarder(eui)
    ends.push(forwarder.close)
    const port = await freePort()
    const radio = { radio: `semtech:127.0.0.1:${port}`, beaconEveryS: 1, gainDbi: 2 }
    const app = await start(await prepare('hotspot', radio, ['--place', place, '--gain', '2']))
    forwarder.send(forwarder.write(pullData, 1), port)
    expect((await forwarder.next(pullAck)).token).toBe(1)
    const transmits = async (): Promise<void> => {
      const { token, body } = await forwarder.next(pullResp)
      forwarder.send(forwarder.write(txAck, token, { txpk_ack: { error: 'NONE' } }), port)
      onSent((JSON.parse(body.toString()) as { txpk: Packet }).txpk)
    }
    const hears = async ({ freq, datr, codr, size, data }: Packet): Promise<void> => {
      const heard = {
        tmst: 1,
        freq,
        chan: 0,
        rfch: 0,
        stat: 1,
        modu: 'LORA',
        datr,
        codr,
        rssi: -98,
        lsnr: 5,
        size,
        data,
      }
      forwarder.send(forwarder.write(pushData, 2, { rxpk: [heard] }), port)
      expect((await forwarder.next(pushAck)).token).toBe(2)
    }
    return { app, transmits, hears }
  }

  it.concurrent('beacon and witness, and the gateway judges both', { timeout: 60_000 }, async () => {
    let sent: Packet = {}
    const [roof, tower] = await Promise.all([
      hotspot('47.6205,-122.3493', 'aa555a0000000101', (txpk) => {
        sent = txpk
      }),
      hotspot('47.6305,-122.3293', 'aa555a0000000102', () => {}),
    ])
    await roof.transmits()
    await tower.hears(sent)
    await roof.app.line(/"event":"report\/receipt".*"verdict":0/)
    await tower.app.line(/"event":"report\/signed".*"type":"witness"/)
    type Epoch = { readonly verdicts?: readonly { kid: string; kind: string; code: string }[] }
    const judged = async (): Promise<unknown[]> => {
      const { epochs } = await getJson<{ epochs: { epoch: number }[] }>(`${gateway.facts.http}/v1/epochs`)
      const all = await Promise.all(
        epochs.map(({ epoch }) => getJson<Epoch>(`${gateway.facts.http}/v1/epochs/${epoch}`)),
      )
      return all.flatMap(({ verdicts = [] }) => verdicts).map(({ kid, kind, code }) => [kid, kind, code])
    }
    await expect.poll(judged, { timeout: 30_000 }).toEqual(
      expect.arrayContaining([
        [roof.app.kid, 'beacon', 'accepted'],
        [tower.app.kid, 'witness', 'accepted'],
      ]),
    )
    expect(await Promise.all([roof, tower].map(({ app }) => app.end('SIGTERM')))).toEqual([0, 0])
  })
})
