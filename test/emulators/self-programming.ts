import type { CPU } from 'avr8js'

/** ATmega328P data sheet, section 27.9.1 (SPMCSR) and table 27-9: pages of 64 words, the last 4 kB are not read-while-write. */
const spmcsr = 0x57
const rwwBusy = 1 << 6
const rwwEnable = 1 << 4
const pageWrite = 1 << 2
const pageErase = 1 << 1
const selfProgram = 1 << 0
const commandBits = 0b11_1111
const pageBytes = 128
const notReadWhileWrite = 0x7000
/** Table 27-8: an erase or write of a page takes 3.7 to 4.5 ms. */
const busyCycles = 64_000
const zRegister = 30

/** LPM in its three forms, which read r0, a register, and a register with Z moved on. */
const readsFlash = (opcode: number): boolean => opcode === 0x95c8 || (opcode & 0xfe0e) === 0x9004

/**
 * The store-program-memory instruction, which avr8js leaves out, with its page buffer.
 * @param bootWord - where the boot section begins; elsewhere the instruction does nothing.
 * @param wear - what becomes of the flash after each erase and each write of a page.
 * @returns what carries out the instruction at the program counter; false where it is for the CPU.
 */
export const selfProgramming = (cpu: CPU, bootWord: number, wear: (flash: Uint8Array) => void): (() => boolean) => {
  const buffer = new Uint8Array(pageBytes).fill(0xff)
  const status = (): number => cpu.data[spmcsr] ?? 0
  const setStatus = (value: number): void => {
    cpu.data[spmcsr] = value
  }
  cpu.writeHooks[spmcsr] = (value, old) => {
    setStatus((value & ~rwwBusy) | (old & rwwBusy))
    return true
  }
  const busy = (z: number): void => {
    if (z >= notReadWhileWrite) {
      // The CPU halts while a page is changed that it could not run beside.
      cpu.cycles += busyCycles
      setStatus(status() & ~commandBits)
      return
    }
    setStatus(status() | rwwBusy)
    cpu.addClockEvent(() => setStatus(status() & ~commandBits), busyCycles)
  }
  const store = (): void => {
    const z = cpu.dataView.getUint16(zRegister, true)
    const page = z & ~(pageBytes - 1)
    const command = status() & commandBits
    if (command === (selfProgram | pageErase)) {
      cpu.progBytes.fill(0xff, page, page + pageBytes)
      wear(cpu.progBytes)
      busy(z)
    } else if (command === (selfProgram | pageWrite)) {
      // Flash cells go from 1 to 0 by a write, and back by an erase alone.
      for (const [i, byte] of buffer.entries()) cpu.progBytes[page + i] = (cpu.progBytes[page + i] ?? 0) & byte
      buffer.fill(0xff)
      wear(cpu.progBytes)
      busy(z)
    } else if (command === (selfProgram | rwwEnable)) {
      buffer.fill(0xff)
      setStatus(0)
    } else if (command === selfProgram) {
      buffer.set(cpu.data.subarray(0, 2), z & (pageBytes - 2))
      setStatus(status() & ~commandBits)
    }
  }
  return () => {
    const opcode = cpu.progMem[cpu.pc] ?? 0
    if ((status() & rwwBusy) !== 0 && readsFlash(opcode)) {
      if (cpu.dataView.getUint16(zRegister, true) < notReadWhileWrite)
        throw new Error('flash is read while it is written')
    }
    if (opcode !== 0x95e8) return false
    if (cpu.pc >= bootWord) store()
    cpu.pc++
    cpu.cycles++
    return true
  }
}
