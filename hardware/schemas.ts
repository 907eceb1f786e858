import { z } from 'zod'
import { boardSchema } from './board.ts'
import { partSchema } from './part.ts'
import { wiringSchema } from './wiring.ts'

/** The forms as JSON Schema (2020-12), for editors that follow `$schema`: file name and text. */
export const schemaFiles = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({ board: boardSchema, part: partSchema, wiring: wiringSchema }).map(([name, schema]) => [
      `${name}.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`,
    ]),
  )
