import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { openLine } from '../link/index.ts'
import type { Failure, Result } from '../protocol/index.ts'
import { fail, ok, standardSchema } from '../protocol/index.ts'
import type { Link } from './linked.ts'
import { linkedSensor } from './linked.ts'
import type { Position } from './nmea-track.ts'
import { trackNmea } from './nmea-track.ts'
import { readFileText } from './replay.ts'
import type { Sensor } from './sensor.ts'
import { toCells } from './to-cell.ts'

export type NmeaOptions = {
  readonly path: string
  readonly baud?: number
  /** A position is awaited for so long; receivers give one each second, slow ones each five. */
  readonly withinMs?: number
  /** Told of malformed sentences between good ones, at the 1st, 10th, 100th and so on. */
  readonly onFault?: (fault: Failure) => void
}

const positionSchema = 4
/** The NMEA 0183 standard's rate is 4800; today's receivers send 9600 as they are delivered. */
const baudDefault = 9_600
const withinDefaultMs = 7_000

const connect = async (options: NmeaOptions, signal: AbortSignal): Promise<Result<Link>> => {
  const { path, baud = baudDefault, withinMs = withinDefaultMs, onFault } = options
  const opened = await openLine(path, baud, signal)
  if (!opened.ok) return opened
  const line = opened.value
  let waiting: ((position: Position) => void) | null = null
  const track = trackNmea((position) => {
    waiting?.(position)
    waiting = null
  }, 'midway')
  let toldAt = 1
  line.port.setEncoding('latin1')
  line.port.on('data', (text: string) => {
    track.feed(text)
    if (track.malformed() < toldAt) return
    onFault?.({ code: 'sensor/garbled', detail: `${path}: ${track.malformed()} sentences dropped` })
    while (toldAt <= track.malformed()) toldAt *= 10
  })
  return ok({
    lost: line.lost,
    close: line.close,
    read: () => {
      const before = track.malformed()
      const next = new Promise<Position>((resolve) => {
        waiting = resolve
      })
      return line.settle(next, withinMs, () => {
        const bad = track.malformed() - before
        if (bad > 0) return fail('sensor/garbled', `${path}: ${bad} sentences at ${baud} baud, none of them whole`)
        return fail('sensor/silent', `${path}: no GGA or RMC at ${baud} baud in ${withinMs / 1000} s`)
      })
    },
  })
}

/** A file of sentences, one position at each reading, from the first again after the last. */
const replayNmea = async ({ path, onFault }: NmeaOptions): Promise<Result<Sensor>> => {
  const schema = standardSchema(positionSchema)
  if (schema === undefined) throw new Error(`no standard schema ${positionSchema}`)
  const text = await readFileText(path)
  if (!text.ok) return text
  const positions: Position[] = []
  const track = trackNmea((position) => positions.push(position), 'start')
  track.feed(`${text.value}\n`)
  track.end()
  if (positions.length === 0) return fail('sensor/no-rows', `${path}: no GGA or RMC`)
  if (track.malformed() > 0) onFault?.({ code: 'sensor/garbled', detail: `${path}: ${track.malformed()} sentences` })
  let next = 0
  return ok({
    name: `nmea:${basename(path)}`,
    schema: positionSchema,
    read: async () => {
      const position = positions[next]
      next = (next + 1) % positions.length
      if (position === undefined || !position.ok) return position ?? fail('sensor/no-rows', path)
      return ok({ schema: positionSchema, timeS: null, cells: toCells(schema, position.value) })
    },
    close: async () => {},
  })
}

/**
 * A GNSS receiver that sends NMEA 0183 on a serial port, or a regular file of its sentences. Readings carry no time: many
 * receivers are 1024 weeks off after a rollover of the GPS week, and say so by nothing.
 * Errors of a reading: those of `openLine`, sensor/no-fix, sensor/silent, sensor/garbled; of a file those of `replaySensor`.
 */
export const nmeaSensor = async (options: NmeaOptions): Promise<Result<Sensor>> => {
  const stats = await stat(options.path).catch(() => null)
  if (stats?.isFile()) return replayNmea(options)
  return ok(linkedSensor({ name: 'nmea', schema: positionSchema, connect: (signal) => connect(options, signal) }))
}
