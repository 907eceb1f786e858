import { z } from 'zod'

/** The name of a file of this room without its ending. */
export const idSchema = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)

/**
 * Where figures come from. `for` names the fields, as `mcu` or `power.activeMa`; a test demands a source for each.
 * `read` is false where the document is known to hold the figure, but was not at hand when the file was written.
 */
export const sourcesSchema = z
  .array(z.strictObject({ url: z.url(), for: z.array(z.string()).min(1), read: z.boolean() }))
  .min(1)

/** `$schema` is for editors; `schema` is the version of the form. */
export const header = { $schema: z.string().optional(), schema: z.literal(1) }

export const volts = z.number().min(0).max(60)
export const milliamperes = z.number().positive()
