import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import type { Board } from './board.ts'
import { boardSchema } from './board.ts'
import type { Outcome } from './outcome.ts'
import { done, fault } from './outcome.ts'
import type { Part } from './part.ts'
import { partSchema } from './part.ts'
import type { Wiring } from './wiring.ts'
import { wiringSchema } from './wiring.ts'

export type Catalog = {
  readonly boards: ReadonlyMap<string, Board>
  readonly parts: ReadonlyMap<string, Part>
  readonly wirings: ReadonlyMap<string, Wiring>
}
export type CatalogCode = 'hardware/unreadable' | 'hardware/malformed'

const fileBytesMax = 256 * 1024

/** The folder that came with this program: beside the sources, or above the bundle. */
const shippedHardware = (): string => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'hardware/boards'))) return join(folder, 'hardware')
    if (folder === dirname(folder)) throw new Error('the hardware folder is not in this package')
  }
}

const readOne = <T extends { readonly id: string }>(file: string, schema: z.ZodType<T>): Outcome<T, CatalogCode> => {
  let value: unknown
  try {
    if (statSync(file).size > fileBytesMax) return fault('hardware/malformed', `${file}: over ${fileBytesMax} bytes`)
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fault(error instanceof SyntaxError ? 'hardware/malformed' : 'hardware/unreadable', `${file}: ${why}`)
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return fault('hardware/malformed', `${file}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  if (parsed.data.id !== basename(file, '.json')) {
    return fault('hardware/malformed', `${file}: id is ${parsed.data.id}, the file should be ${parsed.data.id}.json`)
  }
  return done(parsed.data)
}

const readAll = <T extends { readonly id: string }>(
  folders: readonly string[],
  kind: string,
  schema: z.ZodType<T>,
): Outcome<Map<string, T>, CatalogCode> => {
  const found = new Map<string, T>()
  for (const folder of folders.map((root) => join(root, kind)).filter((path) => existsSync(path))) {
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.json')) continue
      const one = readOne(join(folder, name), schema)
      if (!one.ok) return one
      found.set(one.value.id, one.value)
    }
  }
  return done(found)
}

/**
 * Everything in the folders `boards`, `parts` and `wiring` of what was shipped and of `extra`, whose files come on top.
 * Errors: hardware/unreadable, hardware/malformed, each with the file.
 */
export const readCatalog = (extra?: string): Outcome<Catalog, CatalogCode> => {
  if (extra !== undefined && !existsSync(extra)) return fault('hardware/unreadable', `${extra} is not there`)
  const folders = [shippedHardware(), ...(extra === undefined ? [] : [extra])]
  const boards = readAll(folders, 'boards', boardSchema)
  if (!boards.ok) return boards
  const parts = readAll(folders, 'parts', partSchema)
  if (!parts.ok) return parts
  const wirings = readAll(folders, 'wiring', wiringSchema)
  return wirings.ok ? done({ boards: boards.value, parts: parts.value, wirings: wirings.value }) : wirings
}

/** The wirings that a board carries, by application. */
export const wiringsOf = (catalog: Catalog, board: string): Wiring[] =>
  [...catalog.wirings.values()].filter(({ boards }) => boards.includes(board))
