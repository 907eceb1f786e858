import type { Result, Schema } from '../protocol/index.ts'
import { fail, ok, standardSchema } from '../protocol/index.ts'
import type { Sensor } from './sensor.ts'
import { toCells } from './to-cell.ts'

/** A connection to a part; its values are in the units and the order of the schema's fields. */
export type Link = {
  lost(): boolean
  read(): Promise<Result<readonly (number | null)[]>>
  close(): Promise<void>
}
export type LinkedOptions = {
  readonly name: string
  /** The id of a standard schema, or one of the network's own. */
  readonly schema: number | Schema
  /** @param signal - aborts when the sensor is closed. */
  readonly connect: (signal: AbortSignal) => Promise<Result<Link>>
}

/**
 * A sensor at the end of a cable: connected at its first reading, and again at the first one after a failure, so that it
 * comes back by itself when the cable does. Values that were not measured afresh are never given.
 */
export const linkedSensor = ({ name, schema: named, connect }: LinkedOptions): Sensor => {
  const schema = typeof named === 'number' ? standardSchema(named) : named
  if (schema === undefined) throw new Error(`no standard schema ${named}`)
  const { id } = schema
  const closing = new AbortController()
  let link: Link | null = null
  let pulled = false

  const drop = async (): Promise<void> => {
    const dropped = link
    link = null
    await dropped?.close()
  }
  const connected = async (): Promise<Result<Link>> => {
    if (link?.lost()) {
      pulled = true
      await drop()
    }
    if (link !== null) return ok(link)
    const made = await connect(closing.signal)
    if (!made.ok) {
      const { code, detail } = made.error
      return pulled && code === 'sensor/no-port' ? fail('sensor/unplugged', detail) : made
    }
    link = made.value
    pulled = false
    return made
  }
  const readOnce: Sensor['read'] = async () => {
    if (closing.signal.aborted) return fail('sensor/unplugged', `${name} is closed`)
    const current = await connected()
    if (!current.ok) return current
    const values = await current.value.read()
    if (values.ok) return ok({ schema: id, timeS: null, cells: toCells(schema, values.value) })
    if (values.error.code === 'sensor/unplugged') pulled = true
    // Without a fix the receiver is well; everything else may be mended by a new start.
    if (values.error.code !== 'sensor/no-fix') await drop()
    return values
  }
  let reading: ReturnType<Sensor['read']> | null = null
  return {
    name,
    schema: id,
    read: () => {
      reading ??= readOnce().finally(() => {
        reading = null
      })
      return reading
    },
    close: async () => {
      closing.abort()
      await reading
      await drop()
    },
  }
}
