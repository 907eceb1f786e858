import { z } from 'zod'
import { header, idSchema } from './facts.ts'

const endSchema = z.string().regex(/^[a-z0-9-]+\.[^.].*$/)

/**
 * How an application's parts are connected to a board, wire by wire. An end is `REF.PIN`: `board.GPIO2`, a pin of a part
 * by its `ref`, or `outside.` and words for what lies beyond the drawing. `tested` is `bench` once somebody built it.
 */
export const wiringSchema = z.strictObject({
  ...header,
  id: idSchema,
  app: idSchema,
  boards: z.array(idSchema).min(1),
  parts: z
    .array(
      z.strictObject({
        ref: idSchema.refine((ref) => ref !== 'board' && ref !== 'outside', 'board and outside are taken'),
        part: idSchema,
        address: z.string().optional(),
      }),
    )
    .min(1)
    .refine((parts) => new Set(parts.map(({ ref }) => ref)).size === parts.length, 'two parts have one ref'),
  wires: z.array(z.tuple([endSchema, endSchema])).min(1),
  notes: z.array(z.string()).optional(),
  tested: z.enum(['bench', 'untested']),
})

export type Wiring = z.infer<typeof wiringSchema>
