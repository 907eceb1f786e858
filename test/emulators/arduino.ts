import {
  AVRClock,
  AVRIOPort,
  AVRTimer,
  AVRTWI,
  AVRUSART,
  AVRWatchdog,
  avrInstruction,
  CPU,
  clockConfig,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  twiConfig,
  usart0Config,
  watchdogConfig,
} from 'avr8js'
import type { I2cPart } from './i2c-part.ts'
import { selfProgramming } from './self-programming.ts'

const clockHz = 16_000_000
const flashBytes = 32 * 1024
/** What the CPU runs before the process looks at its input again: one millisecond. */
const sliceCycles = clockHz / 1000
const pulseSlices = 40

/** Intel HEX: `:`, byte count, address, type, data, checksum; type 0 is data, type 1 the end. */
export const readIntelHex = (text: string): Uint8Array => {
  const flash = new Uint8Array(flashBytes).fill(0xff)
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue
    const bytes = Buffer.from(line.slice(1), 'hex')
    const [count = 0, high = 0, low = 0, type] = bytes
    const sum = bytes.reduce((total, byte) => (total + byte) & 0xff, 0)
    if (!line.startsWith(':') || bytes.length !== count + 5 || sum !== 0) throw new Error(`not Intel HEX: ${line}`)
    if (type === 0) flash.set(bytes.subarray(4, 4 + count), high * 256 + low)
  }
  return flash
}

/** The bus as the TWI sees it: the part that a start addresses has the bytes until the stop, an absent one a NACK. */
const connectParts = (twi: AVRTWI, parts: readonly I2cPart[]): void => {
  let part: I2cPart | undefined
  twi.eventHandler = {
    start: () => twi.completeStart(),
    stop: () => {
      part = undefined
      twi.completeStop()
    },
    connectToSlave: (address, write) => {
      part = parts.find((one) => one.addresses.includes(address) && one.present())
      part?.start(write)
      twi.completeConnect(part !== undefined)
    },
    writeByte: (value) => {
      part?.write(value)
      twi.completeWrite(part !== undefined)
    },
    readByte: () => twi.completeRead(part?.read() ?? 0xff),
  }
}

export type Arduino = {
  /** Bytes on the way into the UART, at the pace of its baud rate. */
  receive(bytes: Uint8Array): void
  /** Pulls digital pin 2, which is high otherwise, low for 40 ms of its time, and is over after 40 more. */
  pulsePin2(over: () => void): void
  stop(): void
}

/** Where Optiboot begins, in words: a boot section of 512 bytes at the end of 32 kB, which the fuses make the reset vector. */
export const optibootWord = 0x3f00
const externalReset = 1 << 1
const watchdogReset = 1 << 3

type Machine = {
  /** Runs one millisecond. @returns what it sent, and whether the watchdog has reset it. */
  slice(waiting: number[]): { readonly sent: readonly number[]; readonly dead: boolean }
  readonly cycles: () => number
  readonly drivePin2: (high: boolean) => void
}

/** One life of the chip, from reset to reset: `cpu.reset()` would leave the peripherals and clock events of the last. */
const bootMachine = (
  flash: Uint8Array,
  parts: readonly I2cPart[],
  bootWord: number | undefined,
  cause: number,
  wear: (flash: Uint8Array) => void,
): Machine => {
  const cpu = new CPU(new Uint16Array(flash.buffer, flash.byteOffset, flash.length / 2))
  for (const timer of [timer0Config, timer1Config, timer2Config]) new AVRTimer(cpu, timer)
  for (const port of [portBConfig, portCConfig]) new AVRIOPort(cpu, port)
  const portD = new AVRIOPort(cpu, portDConfig)
  const usart = new AVRUSART(cpu, usart0Config, clockHz)
  connectParts(new AVRTWI(cpu, twiConfig, clockHz), parts)
  let sent: number[] = []
  usart.onByteTransmit = (byte) => sent.push(byte)
  let dead = false
  let stores = (): boolean => false
  if (bootWord !== undefined) {
    new AVRWatchdog(cpu, watchdogConfig, new AVRClock(cpu, clockHz, clockConfig))
    stores = selfProgramming(cpu, bootWord, wear)
    cpu.data[watchdogConfig.MCUSR] = cause
    cpu.pc = bootWord
    cpu.reset = () => {
      dead = true
    }
  }
  const drivePin2 = (high: boolean): void => portD.setPin(2, high)
  drivePin2(true)
  return {
    cycles: () => cpu.cycles,
    drivePin2,
    slice: (waiting) => {
      sent = []
      const end = cpu.cycles + sliceCycles
      while (cpu.cycles < end && !dead) {
        if (!stores()) avrInstruction(cpu)
        cpu.tick()
        if (waiting.length > 0 && !usart.rxBusy && usart.rxEnable) usart.writeByte(waiting.shift() ?? 0)
      }
      return { sent, dead }
    },
  }
}

/**
 * An Arduino Uno (ATmega328P, 16 MHz) that runs a flash image in real time, with parts on its I2C bus.
 * @param bootWord - where its boot loader begins, which may write to `flash`; without one the image starts at 0.
 * @param wear - what becomes of the flash after each erase and each write of a page.
 */
export const startArduino = (
  flash: Uint8Array,
  parts: readonly I2cPart[],
  onSent: (bytes: Uint8Array) => void,
  bootWord?: number,
  wear: (flash: Uint8Array) => void = () => {},
): Arduino => {
  let machine = bootMachine(flash, parts, bootWord, externalReset, wear)
  let cyclesBefore = 0
  const waiting: number[] = []
  let pulse: { left: number; readonly over: () => void } | null = null
  const stepPulse = (): void => {
    if (pulse === null) return
    pulse.left--
    if (pulse.left === pulseSlices) machine.drivePin2(true)
    if (pulse.left > 0) return
    pulse.over()
    pulse = null
  }
  const slice = (): void => {
    const { sent, dead } = machine.slice(waiting)
    if (sent.length > 0) onSent(Uint8Array.from(sent))
    stepPulse()
    if (!dead) return
    cyclesBefore += machine.cycles()
    machine = bootMachine(flash, parts, bootWord, watchdogReset, wear)
  }
  const startedMs = performance.now()
  let stopped = false
  const run = (): void => {
    if (stopped) return
    const aheadMs = (cyclesBefore + machine.cycles()) / (clockHz / 1000) - (performance.now() - startedMs)
    if (aheadMs < 0) slice()
    if (aheadMs < 1) setImmediate(run)
    else setTimeout(run, aheadMs)
  }
  run()
  return {
    receive: (bytes) => {
      waiting.push(...bytes)
    },
    pulsePin2: (over) => {
      machine.drivePin2(false)
      pulse = { left: 2 * pulseSlices, over }
    },
    stop: () => {
      stopped = true
    },
  }
}
