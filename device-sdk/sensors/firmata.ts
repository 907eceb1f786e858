import type { Result } from '../protocol/index.ts'
import { ok } from '../protocol/index.ts'
import { connectBme280 } from './firmata/bme280.ts'
import { readyDefaultMs, shareBoard } from './firmata/board.ts'
import { connectIna219 } from './firmata/ina219.ts'
import type { ConnectPart } from './firmata/part.ts'
import type { Link } from './linked.ts'
import { linkedSensor } from './linked.ts'
import type { Sensor } from './sensor.ts'

/** The parts on the I2C bus of a board that runs StandardFirmata, each with its standard schema. */
export const firmataParts: { readonly [part: string]: { readonly schema: number; readonly connect: ConnectPart } } = {
  bme280: { schema: 1, connect: connectBme280 },
  ina219: { schema: 3, connect: connectIna219 },
}

export type FirmataOptions = {
  /** A key of `firmataParts`. */
  readonly part: string
  readonly path: string
  /** Within this the board must answer, from the opening of its port. */
  readonly readyMs?: number
}

/**
 * A part of `firmataParts` behind an Arduino. Errors of a reading: those of `shareBoard`, sensor/no-part,
 * sensor/implausible.
 */
export const firmataSensor = ({ part, path, readyMs = readyDefaultMs }: FirmataOptions): Sensor => {
  const known = firmataParts[part]
  if (known === undefined) throw new Error(`no part ${part}`)
  const connect = async (signal: AbortSignal): Promise<Result<Link>> => {
    const board = await shareBoard(path, signal, readyMs)
    if (!board.ok) return board
    const { line, close } = board.value
    const read = await known.connect(board.value)
    if (!read.ok) {
      await close()
      return read
    }
    return ok({ lost: line.lost, read: read.value, close })
  }
  return linkedSensor({ name: `firmata:${part}`, schema: known.schema, connect })
}
