import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { readTrustFile } from '../link/index.ts'
import type { DeviceEvent, RunningDevice } from '../node/index.ts'
import { runDevice, runHotspot } from '../node/index.ts'
import type { Failure, Result } from '../protocol/index.ts'
import { fail, ok, regionOf, regions } from '../protocol/index.ts'
import { openRadio } from '../radios/index.ts'
import { openSensor } from '../sensors/index.ts'
import { eventLine } from './event-lines.ts'

type Options = {
  readonly dir: string
  readonly sensor: string
  readonly every: number
  readonly batch: number
  readonly radio?: string
  readonly beaconEvery: number
  readonly truePlace?: string
  readonly trueGain: string
  readonly region: string
  readonly gain: string
  readonly cableLoss: string
  readonly relay?: readonly string[]
  readonly journal?: string
  readonly commitDelay?: number
  readonly for?: number
}
type Shared = {
  readonly dir: string
  readonly boards?: readonly string[]
  readonly journal?: string
  readonly commitDelayMs?: number
  readonly onEvent: (event: DeviceEvent) => void
  readonly onFault: (fault: Failure) => void
}

type Ether = { readonly truePlace: { readonly lat: number; readonly lng: number }; readonly gainDbi: number }

const etherOf = ({ truePlace, trueGain }: Options): Result<Ether | null> => {
  if (truePlace === undefined) return ok(null)
  const [lat, lng] = truePlace.split(',').map(Number)
  const gainDbi = Number(trueGain)
  if (lat !== undefined && lng !== undefined && [lat, lng, gainDbi].every(Number.isFinite))
    return ok({ truePlace: { lat, lng }, gainDbi })
  return fail('place/not-a-cell', `--true-place ${truePlace}`)
}

/** Decibels as people write them, in 0.1 dB. */
const ddbOf = (name: string, text: string, maxDb: number): Result<number> => {
  const db = Number(text)
  const good = text.trim() !== '' && Math.abs(db) <= maxDb
  return good ? ok(Math.round(db * 10)) : fail('radio/bad-option', `${name} ${text}: a number of dB, at most ${maxDb}`)
}

const startHotspot = async (spec: string, options: Options, shared: Shared): Promise<Result<RunningDevice>> => {
  const trust = readTrustFile(shared.dir)
  if (!trust.ok) return trust
  const { cell } = trust.value
  if (cell === null) return fail('device/no-place', shared.dir)
  const region = regionOf(options.region)
  if (region === null)
    return fail('radio/bad-option', `--region ${options.region}; known: ${regions.map(({ id }) => id).join(', ')}`)
  const gain = ddbOf('--gain', options.gain, 30)
  if (!gain.ok) return gain
  const loss = ddbOf('--cable-loss', options.cableLoss, 30)
  if (!loss.ok) return loss
  const ether = etherOf(options)
  if (!ether.ok) return ether
  const radio = await openRadio(spec, { dir: shared.dir, region, lossDdb: loss.value, ether: ether.value })
  if (!radio.ok) return radio
  const hotspot = await runHotspot({
    ...shared,
    radio: radio.value,
    region,
    cell,
    gainDdbi: gain.value,
    beaconEveryS: options.beaconEvery,
  })
  if (!hotspot.ok) await radio.value.close()
  return hotspot
}

const startSensor = async (options: Options, shared: Shared): Promise<Result<RunningDevice>> => {
  const sensor = await openSensor(options.sensor, { onFault: shared.onFault })
  if (!sensor.ok) return sensor
  const device = await runDevice({ ...shared, sensor: sensor.value, everyS: options.every, batch: options.batch })
  if (!device.ok) await sensor.value.close()
  return device
}

export const runCommand = async (options: Options, console: Console): Promise<void> => {
  const counts = { signed: 0, acknowledged: 0, receipts: 0 }
  const stop = interrupted(options.for)
  const shared: Shared = {
    dir: options.dir,
    ...(options.relay === undefined ? {} : { boards: options.relay }),
    ...(options.journal === undefined ? {} : { journal: options.journal }),
    ...(options.commitDelay === undefined ? {} : { commitDelayMs: options.commitDelay }),
    onFault: console.warn,
    onEvent: (event) => {
      if (event.event === 'report/signed') counts.signed++
      if (event.event === 'report/acknowledged') counts.acknowledged++
      if (event.event === 'report/receipt') counts.receipts++
      const line = eventLine(event)
      if (line !== null) console.say(line)
    },
  }
  const { radio } = options
  const device = radio === undefined ? await startSensor(options, shared) : await startHotspot(radio, options, shared)
  if (!device.ok) {
    console.finish(device, () => [])
    process.exit()
  }
  const { kid, close } = device.value
  console.say(`device ${kid}; Ctrl-C stops it, what is not delivered waits in ${options.dir}/outbox`)
  await stop
  await close()
  console.finish(ok({ kid, ...counts }), () => [
    `${counts.signed} signed, ${counts.acknowledged} acknowledged, ${counts.receipts} receipts`,
  ])
}
