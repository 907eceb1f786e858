import type { Schema } from '../../protocol/index.ts'
import { firstOwnSchema, ok } from '../../protocol/index.ts'
import { i2cParts, linuxI2cSensor } from '../linux-i2c.ts'
import { bh1750 } from '../parts/bh1750.ts'
import { nameAndPort } from './forms.ts'
import type { Kind } from './kind.ts'

/** No standard schema has light: the network gives it a number of its own. */
const lightSchema = (id: number): Schema => ({ id, name: 'light', fields: [['illuminance', 'lx', 0]] })

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
