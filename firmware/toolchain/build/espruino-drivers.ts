import { standardSchema } from '../../../device-sdk/protocol/index.ts'
import { meters } from '../../../device-sdk/sensors/energy-meters.ts'
import type { Board, Connection } from '../../../hardware/index.ts'
import type { AppConfig } from './config.ts'
import { literal } from './literal.ts'

/** A part in the words of the generated module: what it imports, and the expressions that make it. */
type Source = {
  readonly file: string
  readonly name: string
  /** An I2C bus or a serial line, so that parts on one bus share it. */
  readonly port: { readonly name: string; readonly makes: string; readonly by: string }
  /** After the port. */
  readonly more: readonly (string | number)[]
  readonly schema: number
  /** How many of its fields the part measures. */
  readonly columns: number
}
type Driver = (connection: Connection, config: AppConfig, all: Wires) => Source | null
type Wires = { readonly pin: (id: string | undefined) => string; readonly others: readonly Connection[] }

const lightSchemaScales = [[0, 0]]

/** Exponent and offset of each field: what of a schema a board needs to know. */
const scalesOf = (schema: number): readonly (readonly number[])[] =>
  standardSchema(schema)?.fields.map(([, , exp, offset = 0]) => [exp, offset]) ?? lightSchemaScales

const i2c =
  (name: string, schema: number, columns: number, more: (config: AppConfig) => readonly number[] = () => []): Driver =>
  ({ bus, pins, address }, config, { pin }) => {
    const makes = `i2cPort(${bus?.id}, ${pin(pins['i2c-sda'])}, ${pin(pins['i2c-scl'])})`
    return {
      file: name,
      name,
      port: { name: `${bus?.id}`, makes, by: 'i2cPort' },
      more: [Number(address), ...more(config)],
      schema,
      columns,
    }
  }

const serial = ({ bus, pins }: Connection, { pin }: Wires, baud: number): Source['port'] => {
  const sending = pins.input === undefined ? 'null' : pin(pins.input)
  // What only sends needs no wire back; the firmware then takes the bus's own pin.
  const makes = `serialPort(${bus?.id}, ${baud}, ${pin(pins['uart-rx'])}, ${pin(pins['uart-tx'])}, ${sending})`
  return { name: `${bus?.id}`, makes, by: 'serialPort' }
}

const modbus =
  (id: string): Driver =>
  ({ via }, { unit = 1 }, wires) => {
    const meter = meters[id]
    const transceiver = wires.others.find(({ ref }) => ref === via)
    if (meter === undefined || transceiver === undefined) return null
    const fields = standardSchema(3)?.fields.map(([name]) => name)
    return {
      file: 'modbus-meter',
      name: 'modbusMeter',
      port: serial(transceiver, wires, meter.baud),
      more: [literal({ registers: meter.registers }), unit, JSON.stringify(fields)],
      schema: 3,
      columns: meter.registers.length,
    }
  }

const carrier: Driver = () => null

const drivers: { readonly [part: string]: Driver } = {
  bme280: i2c('bme280', 1, 3),
  sht31: i2c('sht31', 1, 2),
  ina219: i2c('ina219', 3, 3),
  bh1750: (connection, config, wires) =>
    config.lightSchema === undefined
      ? null
      : i2c('bh1750', config.lightSchema, 1, ({ lightSchema = 0 }) => [lightSchema])(connection, config, wires),
  sds011: (connection, { warmUpS = 30 }, wires) => ({
    file: 'sds011',
    name: 'sds011',
    port: serial(connection, wires, 9_600),
    more: [warmUpS * 1_000],
    schema: 2,
    columns: 2,
  }),
  'neo-6m': (connection, _, wires) => ({
    file: 'gnss',
    name: 'gnss',
    port: serial(connection, wires, 9_600),
    more: [],
    schema: 4,
    columns: 5,
  }),
  's0-meter': ({ pins }, { pulsesPerKwh = 1_000 }, { pin }) => ({
    file: 's0-meter',
    name: 's0Meter',
    port: { name: `pulses${pins.pulse}`, makes: `pulsePort(${pin(pins.pulse)})`, by: 'pulsePort' },
    more: [pulsesPerKwh],
    schema: 3,
    columns: 2,
  }),
  sdm120: modbus('sdm120'),
  rs485: carrier,
}

/** Espruino's name of a pin. */
const pinNamer = ({ espruino }: Board) => {
  const prefix = espruino?.pinPrefix
  return (id: string | undefined): string => {
    if (id === undefined) return 'undefined'
    return prefix !== undefined && id.startsWith(prefix.printed) ? prefix.called + id.slice(prefix.printed.length) : id
  }
}

export type EspruinoParts = {
  readonly imports: ReadonlyMap<string, string>
  readonly ports: ReadonlyMap<string, string>
  /** Names of `ports.ts` that are used. */
  readonly makers: readonly string[]
  /** By ref, the expression of its sensor. */
  readonly sensors: ReadonlyMap<string, string>
  /** Fields that are measured, of all sensors. */
  readonly columns: number
  readonly unknown: readonly string[]
}

/** The parts of a wiring in the words of the module that is made for it. */
export const espruinoParts = (connections: readonly Connection[], config: AppConfig, board: Board): EspruinoParts => {
  const imports = new Map<string, string>()
  const ports = new Map<string, string>()
  const makers = new Set<string>()
  const sensors = new Map<string, string>()
  const unknown: string[] = []
  let columns = 0
  const wires: Wires = { pin: pinNamer(board), others: connections }
  for (const connection of connections) {
    const { ref, part } = connection
    if (part.interface === 'passive') continue
    const driver = drivers[part.id]
    if (driver === undefined) {
      unknown.push(`${ref}: ${part.id}`)
      continue
    }
    const source = driver(connection, config, wires)
    if (source === null) continue
    const { file, name, port, more, schema } = source
    imports.set(name, file)
    ports.set(port.name, port.makes)
    makers.add(port.by)
    columns += source.columns
    const made = [`port${port.name}`, ...more].join(', ')
    sensors.set(ref, `boardSensor(${name}(${made}), ${JSON.stringify(scalesOf(schema))})`)
  }
  return { imports, ports, makers: [...makers].sort(), sensors, columns, unknown }
}
