import { z } from 'zod'
import { header, idSchema, milliamperes, sourcesSchema, volts } from './facts.ts'

/** What a pin of a part is, seen from the part: its `uart-tx` belongs to the `uart-rx` of a board. */
const roles = [
  'supply',
  'ground',
  'i2c-sda',
  'i2c-scl',
  'uart-tx',
  'uart-rx',
  'spi-sck',
  'spi-miso',
  'spi-mosi',
  'spi-cs',
  'output',
  'input',
  'pulse',
  'rs485-a',
  'rs485-b',
  'usb',
  'sense',
  'passive',
] as const

const level = z.union([volts, z.literal('supply')])

/**
 * A part that a wiring connects: a sensor module, a meter, a radio, a resistor. Voltages in V, currents in mA (asleep:
 * uA). `logic.volts` is what its outputs drive and `logic.maxVolts` what its inputs bear; both may follow the supply.
 */
export const partSchema = z.strictObject({
  ...header,
  id: idSchema,
  name: z.string(),
  vendor: z.string(),
  measures: z.string(),
  interface: z.enum(['i2c', 'uart', 'spi', 'pulse', 'rs485', 'usb', 'passive']),
  i2c: z.strictObject({ addresses: z.array(z.string().regex(/^0x[0-7][0-9a-f]$/)).min(1) }).optional(),
  supply: z.strictObject({ minVolts: volts, maxVolts: volts }).optional(),
  logic: z.strictObject({ volts: level, maxVolts: level }).optional(),
  current: z
    .strictObject({
      typicalMa: milliamperes.optional(),
      maxMa: milliamperes.optional(),
      sleepUa: z.number().positive().optional(),
    })
    .optional(),
  pins: z
    .array(
      z.strictObject({
        id: z.string(),
        role: z.enum(roles),
        optional: z.boolean().optional(),
        does: z.string().optional(),
      }),
    )
    .min(1),
  notes: z.array(z.string()).optional(),
  sources: sourcesSchema.optional(),
})

export type Part = z.infer<typeof partSchema>
export type PartPin = Part['pins'][number]
