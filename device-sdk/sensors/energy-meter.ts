import { setTimeout as delay } from 'node:timers/promises'
import type modbusSerial from 'modbus-serial'
import { portFailure, watchPresence } from '../link/index.ts'
import type { Failure, Result } from '../protocol/index.ts'
import { fail, ok, standardSchema } from '../protocol/index.ts'
import type { Meter } from './energy-meters.ts'
import { meters } from './energy-meters.ts'
import type { Link } from './linked.ts'
import { linkedSensor } from './linked.ts'
import type { Sensor } from './sensor.ts'

export type MeterOptions = {
  /** A key of `meters`. */
  readonly meter: string
  readonly path: string
  readonly baud?: number
  /** The meter's address on the bus, 1 to 247. */
  readonly unit?: number
  readonly answerMs?: number
}

type ModbusClient = InstanceType<typeof modbusSerial.default>

const energySchema = 3
/** A meter answers within a tenth of a second; adapters over USB and radio take longer. */
const answerDefaultMs = 1_000
const registersOfFloat = 2
const bytesOfFloat = 4

/** Three and a half characters of eleven bits (Modbus over serial line V1.02, section 2.5.1.1), and 2 ms for the adapter. */
const silenceMs = (baud: number): number => 2 + Math.ceil((3.5 * 11 * 1_000) / baud)

/** What modbus-serial rejects with; some of its errors are no `Error`. */
type ModbusError = { readonly message?: string; readonly modbusCode?: number }

const failureOf = (error: ModbusError, where: string): Failure => {
  const message = String(error.message)
  const detail = `${where}: ${message}`
  if (error.modbusCode !== undefined) return { code: 'sensor/request-refused', detail }
  if (/timed out/i.test(message)) return { code: 'sensor/silent', detail: `${where}: no answer` }
  return { code: 'sensor/garbled', detail }
}

const readFloat = async (client: ModbusClient, address: number, where: string): Promise<Result<number>> => {
  try {
    const { buffer } = await client.readInputRegisters(address, registersOfFloat)
    if (buffer.length !== bytesOfFloat) return fail('sensor/garbled', `${where}: ${buffer.length} bytes`)
    const value = buffer.readFloatBE(0)
    return Number.isFinite(value) ? ok(value) : fail('sensor/implausible', `${where}: ${value}`)
  } catch (error) {
    return { ok: false, error: failureOf(error as ModbusError, where) }
  }
}

/** Any answer that fails ends the reading: what comes late would be taken for the answer to the next request. */
const readMeter = async (client: ModbusClient, meter: Meter, path: string, gapMs: number): ReturnType<Link['read']> => {
  const values = new Map<string, number>()
  for (const { field, address, factor } of meter.registers) {
    const where = `${path}: ${meter.name}, unit ${client.getID()}, ${field}`
    const value = await readFloat(client, address, where)
    if (!client.isOpen) return fail('sensor/unplugged', path)
    if (!value.ok) return value
    values.set(field, value.value * factor)
    await delay(gapMs)
  }
  return ok((standardSchema(energySchema)?.fields ?? []).map(([field]) => values.get(field) ?? null))
}

const connect = async (meter: Meter, options: MeterOptions, signal: AbortSignal): Promise<Result<Link>> => {
  const { path, baud = meter.baud, unit = meter.unit, answerMs = answerDefaultMs } = options
  const { default: modbus } = await import('modbus-serial')
  const client = new modbus.default()
  // What goes wrong shows in the answers and in `isOpen`.
  client.on('error', () => {})
  try {
    await client.connectRTUBuffered(path, { baudRate: baud })
  } catch (error) {
    return portFailure(path, error)
  }
  client.setID(unit)
  client.setTimeout(answerMs)
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      endWatch()
      signal.removeEventListener('abort', close)
      if (client.isOpen) client.close(() => resolve())
      else resolve()
    })
  const endWatch = await watchPresence(path, close)
  signal.addEventListener('abort', close)
  if (signal.aborted) await close()
  return ok({
    lost: () => !client.isOpen,
    read: () => readMeter(client, meter, path, silenceMs(baud)),
    close,
  })
}

/**
 * An energy meter that speaks Modbus RTU on a serial port, 8N1; what the meter does not measure is null.
 * Errors of a reading: those of `portFailure`, sensor/silent, sensor/garbled, sensor/request-refused, sensor/implausible.
 */
export const energyMeterSensor = (options: MeterOptions): Sensor => {
  const meter = meters[options.meter]
  if (meter === undefined) throw new Error(`no meter ${options.meter}`)
  return linkedSensor({
    name: `modbus:${options.meter}`,
    schema: energySchema,
    connect: (signal) => connect(meter, options, signal),
  })
}
