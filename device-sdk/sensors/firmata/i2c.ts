import type { Result } from '../../protocol/index.ts'
import { fail, ok } from '../../protocol/index.ts'

type Reply = (bytes: number[]) => void

/** What is used of the board's `io`, which the types of johnny-five leave open. */
export type FirmataIo = {
  reset(): unknown
  i2cConfig(): unknown
  i2cWrite(address: number, register: number, bytes: readonly number[]): unknown
  i2cRead(address: number, register: number, count: number, reply: Reply): unknown
  i2cReadOnce(address: number, register: number, count: number, reply: Reply): unknown
  pinMode(pin: number, mode: number): unknown
  digitalRead(pin: number, take: (level: number) => void): unknown
  on(event: 'string', listener: (text: string) => void): unknown
}
export type I2c = {
  readonly io: FirmataIo
  /** Errors: sensor/no-part where nobody answers at the address. Waits for ever where the board is silent. */
  readOnce(address: number, register: number, count: number): Promise<Result<number[]>>
  /** The next reply to a continuous reading, after its driver has had it. */
  nextReply(): Promise<Result<number[]>>
}

/**
 * The I2C bus of a Firmata board, made honest. Why: where a part does not answer, StandardFirmata sends the bytes that its
 * buffer happens to hold, and before them the text "I2C: Too few bytes received"; johnny-five takes the bytes for a
 * measurement, and a part that is off the bus would give its last values for ever. Replies after such a text, and those of
 * another length than was asked, are kept from the drivers.
 */
export const openI2c = (io: FirmataIo): I2c => {
  const { i2cRead, i2cReadOnce } = io
  let tainted = false
  let waiting: ((reply: Result<number[]>) => void)[] = []
  io.on('string', (text) => {
    if (text.startsWith('I2C: ')) tainted = true
  })
  const checked = (bytes: number[], count: number): Result<number[]> => {
    const good = !tainted && bytes.length === count
    tainted = false
    return good ? ok(bytes) : fail('sensor/no-part')
  }
  io.i2cReadOnce = (address, register, count, reply) =>
    i2cReadOnce.call(io, address, register, count, (bytes) => {
      const result = checked(bytes, count)
      if (result.ok) reply(result.value)
    })
  io.i2cRead = (address, register, count, reply) =>
    i2cRead.call(io, address, register, count, (bytes) => {
      const result = checked(bytes, count)
      if (result.ok) reply(result.value)
      const told = waiting
      waiting = []
      for (const tell of told) tell(result)
    })
  io.i2cConfig()
  return {
    io,
    readOnce: (address, register, count) =>
      new Promise((resolve) => {
        i2cReadOnce.call(io, address, register, count, (bytes) => resolve(checked(bytes, count)))
      }),
    nextReply: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
      }),
  }
}
