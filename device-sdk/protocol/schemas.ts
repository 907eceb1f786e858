/** name, unit (RFC 8428 section 12.1, RFC 9100), exponent of ten; value = (cell + offset) * 10^exp. */
export type Field = readonly [name: string, unit: string, exp: number, offset?: number]
export type Schema = { readonly id: number; readonly name: string; readonly fields: readonly Field[] }

/** Ids from here on are a network's own, kept in its registry. */
export const firstOwnSchema = 1024

/** The standard schemas. */
export const standardSchemas: readonly Schema[] = [
  {
    id: 1,
    name: 'weather',
    fields: [
      ['temperature', 'Cel', -2],
      ['humidity', '%RH', -1],
      ['pressure', 'Pa', 0, 100_000],
    ],
  },
  {
    id: 2,
    name: 'air',
    fields: [
      ['pm2_5', 'ug/m3', -1],
      ['pm10', 'ug/m3', -1],
      ['co2', 'ppm', 0],
    ],
  },
  {
    id: 3,
    name: 'energy',
    fields: [
      ['energy', 'Wh', 0],
      ['power', 'W', 0],
      ['voltage', 'V', -1],
      ['current', 'A', -3],
      ['frequency', 'Hz', -2],
      ['pf', '/', -3],
    ],
  },
  {
    id: 4,
    name: 'position',
    fields: [
      ['lat', 'lat', -7],
      ['lon', 'lon', -7],
      ['altitude', 'm', -1],
      ['accuracy', 'm', -1],
      ['speed', 'm/s', -2],
    ],
  },
  {
    id: 5,
    name: 'host',
    fields: [
      ['load', '/', -2],
      ['memory', '%', -1],
      ['disk', '%', -1],
      ['temperature', 'Cel', -1],
      ['uptime', 's', 0],
      ['rx', 'B', 0],
      ['tx', 'B', 0],
    ],
  },
]

export type SchemaLookup = (id: number) => Schema | undefined

const byId: Schema[] = []
for (const schema of standardSchemas) byId[schema.id] = schema

export const standardSchema: SchemaLookup = (id) => byId[id]

/**
 * The value that a cell means. Divides by a power of ten for negative exponents: multiplying by 0.01 gives wrong doubles.
 * @returns null where nothing was measured.
 */
export const valueOfCell = (cell: number | null, field: Field): number | null => {
  if (cell === null) return null
  const raw = cell + (field[3] ?? 0)
  let scale = 1
  for (let i = Math.abs(field[2]); i > 0; i--) scale *= 10
  return field[2] < 0 ? raw / scale : raw * scale
}
