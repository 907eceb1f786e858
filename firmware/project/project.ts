import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { configForms } from '../toolchain/build/config.ts'

export const projectFile = 'hexfix.json'

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
const path = z.string().min(1)

/**
 * What a maker's folder is: the application, the board that it is for, and what commands there need not be told. The last group has
 * the names of the options that it stands for; paths are seen from the folder.
 */
const projectSchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  /** A name for people. */
  name: z.string().min(1).max(64),
  app: id.optional(),
  board: id.optional(),
  /** Its source, where that is not the one that came with hexfix. */
  source: path.optional(),
  /** Choices of the application: docs/building.md lists them. */
  config: z.record(z.string(), z.unknown()).optional(),
  /** The sequence of the firmware: an update must have a higher one. */
  firmware: z.int().min(0).max(4_294_967_295).optional(),
  /** Boards, parts and wirings of one's own. */
  hardware: path.optional(),
  /** There is no board: a record of weather takes its place, and this computer is the device. */
  simulate: path.optional(),
  port: z.string().min(1).optional(),
  host: z.string().min(1).optional(),
  /** The device is a folder on this computer. */
  local: z.boolean().optional(),
  place: z.string().min(1).optional(),
  relayDir: path.optional(),
  wifiSsid: z.string().min(1).max(32).optional(),
  data: path.optional(),
  gateway: z.url().optional(),
  tlsSpki: z.string().optional(),
  ownerKey: path.optional(),
})

export type Project = z.infer<typeof projectSchema>

const fileBytesMax = 65_536

/** The project in a folder; null where it is none. Errors: project/malformed. */
export const readProject = async (folder: string): Promise<Result<Project | null>> => {
  const file = join(folder, projectFile)
  const text = await readFile(file, 'utf8').catch(({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' ? null : ''))
  if (text === null) return ok(null)
  if (text.length > fileBytesMax) return fail('project/malformed', `${file}: over ${fileBytesMax} bytes`)
  try {
    const parsed = projectSchema.safeParse(JSON.parse(text))
    if (parsed.success) return ok(parsed.data)
    const [issue] = parsed.error.issues
    return fail('project/malformed', `${file}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`)
  } catch (error) {
    return fail('project/malformed', `${file}: ${error instanceof Error ? error.message : error}`)
  }
}

/** The form as JSON Schema (2020-12), for editors that follow `$schema`; there `config` is that of one of the applications. */
export const projectSchemaText = (): string => {
  const form = projectSchema.extend({ config: z.union(Object.values(configForms)).optional() })
  return `${JSON.stringify(z.toJSONSchema(form, { io: 'input' }), null, 2)}\n`
}
