import type { Failure, Result, Schema } from '../protocol/index.ts'
import { firstOwnSchema, ok } from '../protocol/index.ts'
import { energyMeterSensor } from './energy-meter.ts'
import { meters } from './energy-meters.ts'
import { firmataParts, firmataSensor } from './firmata.ts'
import { hostSensor } from './host.ts'
import { i2cParts, linuxI2cSensor } from './linux-i2c.ts'
import { nmeaSensor } from './nmea.ts'
import { bh1750 } from './parts/bh1750.ts'
import { replaySensor } from './replay.ts'
import { sds011Sensor } from './sds011.ts'
import type { Sensor } from './sensor.ts'

export type OpenSensorOptions = {
  /** Told what is wrong with a sensor that works all the same. */
  readonly onFault?: (fault: Failure) => void
}

/** A kind of sensor, by the word before the first colon of its name. Each stands alone: a program carries only what it names. */
export type Kind = {
  readonly name: string
  /** What it takes, for people. */
  readonly forms: readonly string[]
  /** @param rest - what follows the first colon. @returns null where that has no form. */
  readonly open: (rest: string, options: OpenSensorOptions) => Promise<Result<Sensor>> | Result<Sensor> | null
}

const weatherSchema = 1
/** No standard schema has light: the network gives it a number of its own. */
const lightSchema = (id: number): Schema => ({ id, name: 'light', fields: [['illuminance', 'lx', 0]] })

/**
 * The path of a port with at most `most` numbers after it. Why not split at colons: /dev/serial/by-path/pci-0000:00:14.0
 * has some of its own, and none of its parts is a whole number at the end.
 */
const pathAndNumbers = (text: string, most: number): { path: string; numbers: number[] } => {
  const tail = new RegExp(`^(.+?)((?::\\d{1,7}){0,${most}})$`, 's').exec(text)
  const numbers = (tail?.[2] ?? '').split(':').filter((part) => part !== '')
  return { path: tail?.[1] ?? text, numbers: numbers.map(Number) }
}

const nameAndPort = (text: string): [name: string, port: string] => {
  const [, name = '', port = ''] = /^([^:]+):(.+)$/s.exec(text) ?? []
  return [name, port]
}

const isBaud = (baud: number | undefined): boolean => baud === undefined || baud >= 300
/** Modbus over serial line V1.02, section 2.2: 0 is for all, 248 and up are reserved. */
const isUnit = (unit: number | undefined): boolean => unit === undefined || (unit >= 1 && unit <= 247)

export const host: Kind = {
  name: 'host',
  forms: ['host'],
  open: (rest) => (rest === '' ? ok(hostSensor()) : null),
}

export const replay: Kind = {
  name: 'replay',
  forms: ['replay:FILE'],
  open: (rest, options) => (rest === '' ? null : replaySensor({ ...options, file: rest, schema: weatherSchema })),
}

export const firmata: Kind = {
  name: 'firmata',
  forms: Object.keys(firmataParts).map((part) => `firmata:${part}:PORT`),
  open: (rest) => {
    const [part, path] = nameAndPort(rest)
    return Object.hasOwn(firmataParts, part) ? ok(firmataSensor({ part, path })) : null
  },
}

/** 7-bit addresses of parts (UM10204 section 3.1.12), with 0x or without. */
const addressIn = (text: string): number | null => {
  const [, digits] = /^(?:0x)?([0-7][0-9a-f])$/i.exec(text) ?? []
  return digits === undefined ? null : Number.parseInt(digits, 16)
}

export const i2c: Kind = {
  name: 'i2c',
  forms: [
    ...Object.keys(i2cParts).map((part) => `i2c:${part}:/dev/i2c-N[:ADDRESS]`),
    'i2c:bh1750:/dev/i2c-N:ADDRESS:SCHEMA',
  ],
  open: (rest) => {
    const [name, place] = nameAndPort(rest)
    const [path = '', given, schemaText, ...more] = place.split(':')
    const known = i2cParts[name]
    const address = given === undefined ? (known?.address ?? null) : addressIn(given)
    if (path === '' || address === null || more.length > 0) return null
    if (name === 'bh1750') {
      const schema = Number(schemaText)
      if (!Number.isSafeInteger(schema) || schema < firstOwnSchema) return null
      return ok(linuxI2cSensor(name, lightSchema(schema), path, (bus) => bh1750(bus, address, schema)))
    }
    if (known === undefined || !Object.hasOwn(i2cParts, name) || schemaText !== undefined) return null
    return ok(linuxI2cSensor(name, known.schema, path, (bus) => known.make(bus, address)))
  },
}

export const nmea: Kind = {
  name: 'nmea',
  forms: ['nmea:PORT[:BAUD]'],
  open: (rest, options) => {
    const { path, numbers } = pathAndNumbers(rest, 1)
    const [baud] = numbers
    if (rest === '' || !isBaud(baud)) return null
    return nmeaSensor({ ...options, path, ...(baud === undefined ? {} : { baud }) })
  },
}

export const sds011: Kind = {
  name: 'sds011',
  forms: ['sds011:PORT[:WARMUP]'],
  open: (rest) => {
    const { path, numbers } = pathAndNumbers(rest, 1)
    const [warmUpS] = numbers
    return rest === ''
      ? null
      : ok(sds011Sensor({ path, ...(warmUpS === undefined ? {} : { warmUpMs: warmUpS * 1000 }) }))
  },
}

export const modbus: Kind = {
  name: 'modbus',
  forms: Object.keys(meters).map((meter) => `modbus:${meter}:PORT[:BAUD[:UNIT]]`),
  open: (rest) => {
    const [meter, port] = nameAndPort(rest)
    const { path, numbers } = pathAndNumbers(port, 2)
    const [baud, unit] = numbers
    if (!Object.hasOwn(meters, meter) || !isBaud(baud) || !isUnit(unit)) return null
    const chosen = { ...(baud === undefined ? {} : { baud }), ...(unit === undefined ? {} : { unit }) }
    return ok(energyMeterSensor({ meter, path, ...chosen }))
  },
}
