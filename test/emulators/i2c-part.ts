/** A part on an I2C bus, byte by byte. */
export type I2cPart = {
  readonly addresses: readonly number[]
  /** False while it is off the bus: nobody acknowledges its address. */
  present(): boolean
  start(write: boolean): void
  write(byte: number): void
  read(): number
}

/**
 * A part with registers of one byte: the first byte after the address sets the register, each one after it is written or
 * read at the register and moves it on.
 */
export const registerPart = (
  addresses: readonly number[],
  registers: { present(): boolean; get(register: number): number; set(register: number, byte: number): void },
): I2cPart => {
  let register = 0
  let named = false
  return {
    addresses,
    present: registers.present,
    start: () => {
      named = false
    },
    write: (byte) => {
      if (named) registers.set(register++, byte)
      else register = byte
      named = true
    },
    read: () => registers.get(register++ & 0xff),
  }
}
