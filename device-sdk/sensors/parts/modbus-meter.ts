import { fail, ok } from '../../protocol/result.ts'
import type { Meter } from '../energy-meters.ts'
import type { Measured, Part, Uart } from './part.ts'

/** Modbus application protocol V1.1b3, section 6.4: read input registers. */
const readInputRegisters = 4
const exceptionBit = 0x80
const registersOfFloat = 2
const answerBytes = 9
const exceptionBytes = 5
/** A meter answers within a tenth of a second. */
const answerMs = 1_000
/** Three and a half characters of eleven bits at 2400 baud (Modbus over serial line V1.02, section 2.5.1.1). */
const silenceMs = 20

/** Modbus over serial line V1.02, section 6.2.2: CRC-16, polynomial 0xA001 reflected, starting at 0xFFFF; low byte first. */
export const crcOf = (bytes: ArrayLike<number>, count: number): number => {
  let crc = 0xffff
  for (let i = 0; i < count; i++) {
    crc ^= bytes[i] as number
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

const requestOf = (unit: number, address: number): Uint8Array => {
  const request = new Uint8Array(8)
  request[0] = unit
  request[1] = readInputRegisters
  request[2] = address >> 8
  request[3] = address & 0xff
  request[5] = registersOfFloat
  const crc = crcOf(request, 6)
  request[6] = crc & 0xff
  request[7] = crc >> 8
  return request
}

const isWhole = (bytes: readonly number[], count: number): boolean =>
  crcOf(bytes, count - 2) === ((bytes[count - 2] as number) | ((bytes[count - 1] as number) << 8))

/** Null where more has to come. */
const answerOf = (bytes: readonly number[], unit: number): Measured | null => {
  const refused = bytes[1] === (readInputRegisters | exceptionBit)
  const count = refused ? exceptionBytes : answerBytes
  if (bytes.length < count) return null
  if (bytes[0] !== unit || !isWhole(bytes, count)) return fail('sensor/garbled', 'Modbus: checksum')
  if (refused) return fail('sensor/request-refused', 'Modbus')
  if (bytes[1] !== readInputRegisters || bytes[2] !== 2 * registersOfFloat) return fail('sensor/garbled', 'Modbus')
  const view = new DataView(new ArrayBuffer(4))
  for (let i = 0; i < 4; i++) view.setUint8(i, bytes[3 + i] as number)
  const value = view.getFloat32(0, false)
  return value - value === 0 ? ok([value]) : fail('sensor/implausible', 'Modbus')
}

/**
 * A meter of the list on a serial line, under schema 3; what it does not measure is null. Any answer that fails ends the
 * reading. Errors: sensor/silent, sensor/garbled, sensor/request-refused, sensor/implausible.
 * @param fields - the names of the fields of schema 3, in their order.
 */
export const modbusMeter = (line: Uart, meter: Meter, unit: number, fields: readonly string[]): Part => {
  const ask = (address: number, done: (measured: Measured) => void): void => {
    const held: number[] = []
    const finish = (measured: Measured): void => {
      clearTimeout(timer)
      line.listen(null)
      done(measured)
    }
    const timer = setTimeout(() => {
      finish(fail(held.length > 0 ? 'sensor/garbled' : 'sensor/silent', 'Modbus'))
    }, answerMs)
    line.listen((bytes) => {
      for (let i = 0; i < bytes.length; i++) held.push(bytes[i] as number)
      const answer = answerOf(held, unit)
      if (answer !== null) finish(answer)
    })
    line.write(requestOf(unit, address))
  }
  return {
    schema: 3,
    read: (done) => {
      const values: (number | null)[] = fields.map(() => null)
      const next = (i: number): void => {
        const register = meter.registers[i]
        if (register === undefined) done(ok(values))
        else
          ask(register.address, (measured) => {
            if (!measured.ok) {
              done(measured)
              return
            }
            values[fields.indexOf(register.field)] = (measured.value[0] as number) * register.factor
            setTimeout(() => next(i + 1), silenceMs)
          })
      }
      next(0)
    },
  }
}
