import type { Result } from '../protocol/index.ts'
import { ok } from '../protocol/index.ts'
import type { Sensor } from '../sensors/index.ts'
import type { TimedReading } from './readings.ts'
import { sensorBlock } from './readings.ts'
import type { Reporter, ReporterOptions } from './reporter.ts'
import { openReporter } from './reporter.ts'

export type DeviceOptions = ReporterOptions & {
  readonly sensor: Sensor
  /** Seconds between readings. */
  readonly everyS?: number
  /** Readings in one report: one signature and one message for all of them. */
  readonly batch?: number
}
export type RunningDevice = { readonly kid: string; close(): Promise<void> }

const everyDefaultS = 60

const nowS = (): number => Math.floor(Date.now() / 1000)

/** Sample, batch, sign, hand over: everything about delivery is the reporter's. */
const sampleLoop = (reporter: Reporter, options: DeviceOptions) => {
  const { sensor, everyS = everyDefaultS, batch = 1, onEvent = () => {} } = options
  let held: TimedReading[] = []
  let busy = false

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
      timer = setInterval(() => void sample(), seconds * 1000)
    },
    stop: (): void => {
      clearInterval(timer)
      hand()
    },
  }
}

/** Runs one sensor as a device until `close`: readings are signed, kept in the outbox, delivered, and deleted at their receipt. */
export const runDevice = async (options: DeviceOptions): Promise<Result<RunningDevice>> => {
  let setEvery = (_everyS: number): void => {}
  const reporter = await openReporter(options, { interval: (everyS) => setEvery(everyS) })
  if (!reporter.ok) return reporter
  const loop = sampleLoop(reporter.value, options)
  setEvery = loop.setEvery
  return ok({
    kid: reporter.value.kid,
    close: async () => {
      loop.stop()
      await options.sensor.close()
      await reporter.value.close()
    },
  })
}
