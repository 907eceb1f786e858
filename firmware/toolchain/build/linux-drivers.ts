import { firmataParts } from '../../../device-sdk/sensors/firmata.ts'
import type { Connection } from '../../../hardware/index.ts'
import type { AppConfig } from './config.ts'

/**
 * How a part is opened under Linux, as `hexfix device run --sensor` takes it; null where it is left out on purpose, undefined
 * where there is no driver.
 */
type Spec = (connection: Connection, config: AppConfig) => string | null | undefined

const i2c: Spec = ({ part, bus, address }) => `i2c:${part.id}:${bus?.device}:${address}`
/** Carries the bytes of another part, or belongs to another program. */
const carrier: Spec = () => null
const usbPort = '/dev/ttyUSB0'
const firmataPort = '/dev/ttyACM0'

const specs: { readonly [part: string]: Spec } = {
  bme280: i2c,
  sht31: i2c,
  ina219: i2c,
  bh1750: (connection, { lightSchema }) => (lightSchema === undefined ? null : `${i2c(connection, {})}:${lightSchema}`),
  sds011: ({ bus }, { warmUpS }) => `sds011:${bus?.device}:${warmUpS}`,
  'neo-6m': ({ bus }) => `nmea:${bus?.device}`,
  rs485: carrier,
  'usb-rs485': carrier,
  // The packet forwarder drives it.
  'rak2287-hat': carrier,
  sdm120: ({ via }, { ports = {}, unit }) => `modbus:sdm120:${ports[via ?? ''] ?? usbPort}:2400:${unit}`,
}

/** How a part behind StandardFirmata is opened by the computer beside it. */
const firmataSpec: Spec = ({ part, pins }, { ports = {}, pulsesPerKwh }) => {
  const port = ports.board ?? firmataPort
  if (Object.hasOwn(firmataParts, part.id)) return `firmata:${part.id}:${port}`
  return part.interface === 'pulse' ? `pulses:${port}:${pins.pulse?.replace(/^D/, '')}:${pulsesPerKwh}` : undefined
}

export type Specs = { readonly [ref: string]: string }

/**
 * How every part of a wiring is opened; what the configuration names instead comes first.
 * @returns the refs of parts for which there is no driver.
 */
export const linuxSpecs = (
  connections: readonly Connection[],
  config: AppConfig,
  runtime: 'node' | 'firmata',
): { readonly specs: Specs; readonly unknown: readonly string[] } => {
  const found: { [ref: string]: string } = {}
  const unknown: string[] = []
  for (const connection of connections) {
    const { ref, part } = connection
    if (config.sensors?.[ref] !== undefined || part.interface === 'passive') continue
    const spec = (runtime === 'firmata' ? firmataSpec : specs[part.id])?.(connection, config)
    if (spec === undefined) unknown.push(`${ref}: ${part.id}`)
    else if (spec !== null) found[ref] = spec
  }
  return { specs: { ...found, ...config.sensors }, unknown }
}

/** The kinds of sensors that specs name: each a file of device-sdk/sensors/kinds. */
export const kindsOf = (specs: Specs): string[] =>
  [...new Set(Object.values(specs).map((spec) => spec.split(':', 1)[0] ?? ''))].sort()
