import { busOf } from '../i2c-bus.ts'
import type { I2cPart } from '../i2c-part.ts'

/** The bus as Espruino's programs have it, with these parts on it. */
export const espruinoI2c = (...parts: readonly I2cPart[]) => {
  const bus = busOf(...parts)
  const transfer = (address: number, bytes: readonly number[], count: number): Uint8Array => {
    let reply: Uint8Array | null = null
    bus.transfer(address, bytes, count, (answer) => {
      reply = answer
    })
    if (reply === null) throw new Error('I2C: no answer')
    return reply
  }
  return {
    setup: () => undefined,
    writeTo: ({ address }: { readonly address: number }, bytes: readonly number[]) => void transfer(address, bytes, 0),
    readFrom: (address: number, count: number) => transfer(address, [], count),
  }
}
