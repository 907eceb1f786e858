import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Result, Schema } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import type { Link } from './linked.ts'
import { linkedSensor } from './linked.ts'
import { bme280 } from './parts/bme280.ts'
import { ina219 } from './parts/ina219.ts'
import type { I2c, Part } from './parts/part.ts'
import { sht31 } from './parts/sht31.ts'
import { readPart } from './read-part.ts'
import type { Sensor } from './sensor.ts'

/** The parts on an I2C bus of this machine, each with the address that it has unless told otherwise. */
export const i2cParts: {
  readonly [part: string]: {
    readonly schema: number
    readonly address: number
    readonly make: (bus: I2c, address: number) => Part
  }
} = {
  bme280: { schema: 1, address: 0x77, make: bme280 },
  ina219: { schema: 3, address: 0x40, make: ina219 },
  sht31: { schema: 1, address: 0x44, make: sht31 },
}

const busPattern = /^\/dev\/i2c-(\d{1,4})$/
const transferMsMax = 2_000

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`

/**
 * An I2C bus of Linux through `i2ctransfer` of the Debian package i2c-tools. Why a program: the address of a part is set by
 * ioctl(2), which Node does not have, and a native module would have to be built for each board.
 * @param onFault - told what the program says, when it is not about the part.
 */
const linuxI2c = (number: string, onFault: (message: string) => void): I2c => ({
  transfer: (address, bytes, count, done) => {
    const write = bytes.length === 0 ? [] : [`w${bytes.length}@${hex(address)}`, ...bytes.map(hex)]
    const read = count === 0 ? [] : [`r${count}@${hex(address)}`]
    execFile('i2ctransfer', ['-y', number, ...write, ...read], { timeout: transferMsMax }, (error, stdout, stderr) => {
      if (error !== null) {
        // A part that does not acknowledge: EREMOTEIO, or ENXIO with some drivers.
        const absent = /Remote I\/O error|No such device or address/.test(stderr)
        if (!absent) onFault(error.code === 'ENOENT' ? 'i2ctransfer is not installed' : stderr.trim() || error.message)
        return done(null)
      }
      const reply = stdout.trim().split(/\s+/).map(Number)
      done(count === 0 ? new Uint8Array() : reply.length === count ? Uint8Array.from(reply) : null)
    })
  },
})

const connect = async (path: string, make: (bus: I2c) => Part): Promise<Result<Link>> => {
  const readable = await access(path, constants.R_OK | constants.W_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  )
  if (readable === 'EACCES') return fail('sensor/no-permission', `${path}: join the group i2c`)
  const number = busPattern.exec(path)?.[1]
  if (readable !== null || number === undefined) return fail('sensor/no-port', `${path}: I2C has to be switched on`)
  let fault: string | null = null
  const part = make(
    linuxI2c(number, (message) => {
      fault = message
    }),
  )
  return ok({
    lost: () => false,
    close: async () => {},
    read: async () => {
      fault = null
      const measured = await readPart(part)
      return !measured.ok && fault !== null ? fail('sensor/port-failed', `${path}: ${fault}`) : measured
    },
  })
}

/** A part of `i2cParts`. Errors of a reading: sensor/no-port, sensor/no-permission, sensor/port-failed, and those of its driver. */
export const linuxI2cSensor = (name: string, schema: number | Schema, path: string, make: (bus: I2c) => Part): Sensor =>
  linkedSensor({ name: `i2c:${name}`, schema, connect: () => connect(path, make) })
