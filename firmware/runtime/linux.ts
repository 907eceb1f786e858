/** What `hexfix:board` is under Node: opens what is wired, runs the device, and tells systemd and the journal how it goes. */
import { join } from 'node:path'
import { readTrustFile } from '../../device-sdk/link/index.ts'
import type { DeviceEvent, Firmware, RunningDevice } from '../../device-sdk/node/index.ts'
import { bundleFirmware, runDevice, runHotspot } from '../../device-sdk/node/index.ts'
import type { Failure, Result } from '../../device-sdk/protocol/index.ts'
import { codes, fail, ok, regionOf, toHex } from '../../device-sdk/protocol/index.ts'
import type { Kind } from '../../device-sdk/sensors/kinds/kind.ts'
import { openSensorOf } from '../../device-sdk/sensors/kinds/kind.ts'
import type { Sensor } from '../../device-sdk/sensors/sensor.ts'
import { notify, startWatchdog } from './systemd.ts'

export type LinuxBoard = {
  readonly app: string
  readonly board: string
  /** Its sequence: an update has a higher one. */
  readonly firmware: number
  readonly everyS: number
  readonly batch: number
  readonly kinds: readonly Kind[]
  /** How to open each part that is wired, by its ref. */
  readonly specs: { readonly [ref: string]: string }
}
export type LinuxHotspot = {
  readonly openRadio: typeof import('../../device-sdk/radios/index.ts').openRadio
  readonly radio: string
  readonly region: string
  readonly gainDdbi: number
  readonly lossDdb: number
  readonly beaconEveryS: number
}

const lookAgainMs = 2_000

/** A line for the journal. Bytes are shown in hex. */
const log = (value: object): void => {
  const line = JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? toHex(part) : part))
  process.stdout.write(`${line}\n`)
}
const onEvent = (event: DeviceEvent): void => log(event)
const onFault = ({ code, detail }: Failure): void => log({ event: 'fault', code, detail })

/** The device's folder: what systemd gives the service, or this one. */
const deviceFolder = (): string => process.env.HEXFIX_DEVICE ?? join(process.env.STATE_DIRECTORY ?? '.', 'device')

/** A board that nobody provisioned is well: it waits for that. */
const provisioned = async (dir: string): Promise<Result<null>> => {
  for (let told = false; ; told = true) {
    const trust = readTrustFile(dir)
    if (trust.ok || trust.error.code !== 'device/not-provisioned') return trust.ok ? ok(null) : trust
    if (!told) {
      onFault(trust.error)
      notify('--ready', '--status=waiting to be provisioned')
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
  }
}

const openAll = async (board: LinuxBoard, refs: readonly string[]): Promise<Result<readonly Sensor[]>> => {
  const openSensor = openSensorOf(board.kinds)
  const sensors: Sensor[] = []
  for (const ref of refs) {
    const sensor = await openSensor(board.specs[ref] ?? '', { onFault })
    if (!sensor.ok) return sensor
    sensors.push(sensor.value)
  }
  return ok(sensors)
}

/** Runs until SIGTERM; what cannot begin ends with 1, and says why as a code. */
const live = async (what: object, start: (dir: string) => Promise<Result<RunningDevice>>): Promise<void> => {
  const dir = deviceFolder()
  const stop = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
  startWatchdog()
  const ready = await Promise.race([provisioned(dir), stop.then(() => null)])
  if (ready === null) process.exit(0)
  const running = ready.ok ? await start(dir) : ready
  if (!running.ok) {
    const { code, detail } = running.error
    process.stderr.write(`${code}: ${codes[code].meaning} (${detail ?? dir})\n  next: ${codes[code].next}\n`)
    process.exit(1)
  }
  log({ event: 'started', ...what, kid: running.value.kid, dir })
  notify('--ready', `--status=device ${running.value.kid}`)
  await stop
  notify('--stopping')
  await running.value.close()
  process.exit(0)
}

/** @param radio - null for a board without one. */
export const linuxBoard = (board: LinuxBoard, radio: LinuxHotspot | null) => {
  const { app, everyS, batch } = board
  const what = { app, board: board.board, firmware: board.firmware }
  const firmware = bundleFirmware({ board: board.board, sequence: board.firmware })
  return {
    sensor: (ref: string) => (board.specs[ref] === undefined ? null : { ref }),
    report: (sources: readonly ({ readonly ref: string } | null)[]): void => {
      const refs = sources.flatMap((source) => (source === null ? [] : [source.ref]))
      void live(what, async (dir) => {
        const sensors = await openAll(board, refs)
        return sensors.ok ? runDevice({ dir, sensor: sensors.value, everyS, batch, firmware, onEvent }) : sensors
      })
    },
    hotspot: (): void =>
      void live(what, async (dir) =>
        radio === null ? fail('radio/unknown-kind', app) : startHotspot(radio, dir, firmware),
      ),
  }
}

const startHotspot = async (options: LinuxHotspot, dir: string, firmware: Firmware): Promise<Result<RunningDevice>> => {
  const { radio: spec, lossDdb, gainDdbi, beaconEveryS } = options
  const trust = readTrustFile(dir)
  if (!trust.ok) return trust
  const { cell } = trust.value
  if (cell === null) return fail('device/no-place', dir)
  const region = regionOf(options.region)
  if (region === null) return fail('radio/bad-option', options.region)
  const radio = await options.openRadio(spec, { dir, region, lossDdb, ether: null })
  if (!radio.ok) return radio
  return runHotspot({ dir, radio: radio.value, region, cell, gainDdbi, beaconEveryS, firmware, onEvent })
}
