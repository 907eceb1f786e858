import type { Result } from '../protocol/index.ts'
import { ok } from '../protocol/index.ts'
import type { Sensor } from '../sensors/index.ts'
import type { TimedReading } from './readings.ts'
import { sensorBlock } from './readings.ts'
import type { Reporter, ReporterOptions } from './reporter.ts'
import { openReporter } from './reporter.ts'

export type DeviceOptions = ReporterOptions & {
  /** One, or several: each reports for itself. */
  readonly sensor: Sensor | readonly Sensor[]
  /** Seconds between readings. */
  readonly everyS?: number
  /** Readings in one report: one signature and one message for all of them. */
  readonly batch?: number
}
export type RunningDevice = { readonly kid: string; close(): Promise<void> }

const everyDefaultS = 60

const nowS = (): number => Math.floor(Date.now() / 1000)

/** Sample, batch, sign, hand over: everything about delivery is the reporter's. */
const sampleLoop = (reporter: Reporter, sensor: Sensor, options: DeviceOptions) => {
  const { everyS = everyDefaultS, batch = 1, onEvent = () => {} } = options
  let held: TimedReading[] = []
  let busy = false
  let stopped = false

  const hand = (): void => {
    const [first] = held
    if (first === undefined) return
    reporter.submit(first.timeS, [sensorBlock(held)])
    held = []
  }
  const sample = async (): Promise<void> => {
    if (busy) return
    busy = true
    const reading = await sensor.read()
    busy = false
    // What is still being read has no place to go once the device closes.
    if (stopped) return
    if (!reading.ok) {
      onEvent({ event: 'sensor/failed', code: reading.error.code, detail: reading.error.detail ?? sensor.name })
      return
    }
    const timed = { ...reading.value, timeS: reading.value.timeS ?? nowS() }
    // A clock that was set back starts a new report: steps are never negative.
    const last = held[held.length - 1]
    if (last !== undefined && timed.timeS < last.timeS) hand()
    held.push(timed)
    if (held.length >= batch) hand()
  }
  let timer = setInterval(() => void sample(), everyS * 1000)
  void sample()
  return {
    setEvery: (seconds: number): void => {
      clearInterval(timer)
      if (!stopped) timer = setInterval(() => void sample(), seconds * 1000)
    },
    stop: (): void => {
      stopped = true
      clearInterval(timer)
      hand()
    },
  }
}

/** Runs sensors as a device until `close`: readings are signed, kept in the outbox, delivered, and deleted at their receipt. */
export const runDevice = async (options: DeviceOptions): Promise<Result<RunningDevice>> => {
  const sensors = [options.sensor].flat()
  let setEvery = (_everyS: number): void => {}
  const reporter = await openReporter(options, { interval: (everyS) => setEvery(everyS) })
  if (!reporter.ok) return reporter
  const loops = sensors.map((sensor) => sampleLoop(reporter.value, sensor, options))
  setEvery = (everyS) => {
    for (const loop of loops) loop.setEvery(everyS)
  }
  return ok({
    kid: reporter.value.kid,
    close: async () => {
      for (const loop of loops) loop.stop()
      await Promise.all(sensors.map((sensor) => sensor.close()))
      await reporter.value.close()
    },
  })
}
