/** The ports of drivers on Espruino: its I2C, serial lines and pins, by the names of espruino.com/Reference. */
import type { I2c, Part, Uart } from '../sensors/parts/part.ts'
import type { Pulses } from '../sensors/parts/s0-meter.ts'
import { toBytes } from './loop/firmware.ts'
import type { BoardSensor } from './loop/sensor.ts'

/** Espruino's own object for a pin. */
export type Pin = { readonly __pin: never }
export type EspruinoI2c = {
  setup(options: { readonly sda: Pin; readonly scl: Pin; readonly bitrate: number }): void
  writeTo(target: { readonly address: number; readonly stop: boolean }, bytes: readonly number[]): void
  readFrom(address: number, count: number): Uint8Array
}
export type EspruinoSerial = {
  setup(baud: number, options: { readonly tx: Pin; readonly rx: Pin }): void
  write(bytes: Uint8Array): void
  on(event: 'data', take: (bytes: string) => void): void
}
declare const getTime: () => number
declare const digitalWrite: (pin: Pin, level: number) => void
declare const pinMode: (pin: Pin, mode: string) => void
declare const setWatch: (
  take: (event: { readonly time: number }) => void,
  pin: Pin,
  options: { readonly repeat: boolean; readonly edge: 'falling'; readonly debounce: number },
) => void

const bitrate = 100_000

/** A bus of the board. The firmware throws where nobody acknowledges. */
export const i2cPort = (bus: EspruinoI2c, sda: Pin, scl: Pin): I2c => {
  bus.setup({ sda, scl, bitrate })
  return {
    transfer: (address, bytes, count, done) => {
      let reply: Uint8Array | null = null
      try {
        if (bytes.length > 0) bus.writeTo({ address, stop: count === 0 }, bytes)
        reply = count > 0 ? bus.readFrom(address, count) : new Uint8Array(0)
      } catch (_) {
        reply = null
      }
      // In a turn of its own: a part is a dozen transfers, one out of the other.
      setTimeout(done, 0, reply)
    },
  }
}

const bitsOfByte = 10
/** Until the last bit has left the line, and a little more. */
const sentMs = (bytes: number, baud: number): number => Math.ceil((bytes * bitsOfByte * 1_000) / baud) + 1

/** @param sending - the pin that turns a transceiver of RS-485 to sending, or null. */
export const serialPort = (line: EspruinoSerial, baud: number, tx: Pin, rx: Pin, sending: Pin | null): Uart => {
  let take: ((bytes: Uint8Array) => void) | null = null
  line.setup(baud, { tx, rx })
  line.on('data', (bytes) => {
    if (take !== null) take(toBytes(bytes))
  })
  if (sending !== null) digitalWrite(sending, 0)
  return {
    listen: (next) => {
      take = next
    },
    write: (bytes) => {
      if (sending === null) {
        line.write(bytes)
        return
      }
      digitalWrite(sending, 1)
      line.write(bytes)
      setTimeout(() => digitalWrite(sending, 0), sentMs(bytes.length, baud))
    },
  }
}

/** IEC 62053-31: a pulse of an S0 output lasts 30 ms or more; contacts may bounce for less. */
const debounceMs = 10

/** The falling edges of a pin, which is pulled up. */
export const pulsePort = (pin: Pin): Pulses => ({
  nowS: () => getTime(),
  listen: (onPulse) => {
    pinMode(pin, 'input_pullup')
    setWatch((event) => onPulse(event.time), pin, { repeat: true, edge: 'falling', debounce: debounceMs })
  },
})

/** Exponent of ten and offset of each field of a schema. */
export type Scales = readonly (readonly [exp: number, offset: number])[]

const cellOf = (value: number | null, exp: number, offset: number): number | null => {
  if (value === null) return null
  let scale = 1
  for (let i = exp < 0 ? -exp : exp; i > 0; i--) scale *= 10
  const cell = Math.round(exp < 0 ? value * scale : value / scale) - offset
  // Adding 0 turns -0, which no cell may be, into 0. What is no number, is no cell either.
  return cell - cell === 0 ? cell + 0 : null
}

/** A part as the loop reads it: raw cells. */
export const boardSensor = (part: Part, scales: Scales): BoardSensor => ({
  schema: part.schema,
  read: (done) =>
    part.read((measured) => {
      if (!measured.ok) done(null)
      else
        done(
          scales.map((scale, i) => {
            const value = measured.value[i]
            return cellOf(value === undefined ? null : value, scale[0], scale[1])
          }),
        )
    }),
})
