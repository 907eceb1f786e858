import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { Bundle } from '../flash/bundle.ts'
import { sha256Hex } from '../flash/protocol.ts'

export const manifestName = 'build.json'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** What was built, for which board, and every file of it: nothing of when or where, so that it is the same twice. */
const manifestSchema = z.object({
  schema: z.literal(1),
  app: z.string(),
  board: z.string(),
  runtime: z.enum(['node', 'espruino', 'firmata']),
  /** The sequence of the firmware: an update must have a higher one. */
  firmware: z.int().min(0).max(4_294_967_295),
  /** The file that runs. */
  main: z.string(),
  /** True where the console is open: such a board gives its key to whoever asks. */
  dev: z.boolean(),
  /** The image that the board itself needs and that is not ours, by its hash. */
  image: z.object({ name: z.string(), sha256 }).optional(),
  /** All files but this one. */
  files: z.record(z.string(), z.object({ bytes: z.int().min(0), sha256 })),
  /** Bytes of the main file by where they come from, largest first. */
  rooms: z.record(z.string(), z.int()),
  /** For Espruino: the name in the board's Storage of each file, in the order in which they are written. */
  storage: z.record(z.string(), z.string()).optional(),
  /** For Espruino: why it takes no updates over its line; absent where it does. */
  noUpdates: z.string().optional(),
  /** For Espruino: flash that it takes with what it will store, and the most that the board has for it. */
  flashBytes: z.int().optional(),
  flashBytesMax: z.int().optional(),
  /** For Espruino: the interpreter's variables that it takes at the most, by an estimate, and those of the board that it may take. */
  variables: z.int().optional(),
  variablesMax: z.int().optional(),
})

export type BuildManifest = z.infer<typeof manifestSchema>

/** The manifest in a folder; null where it holds none. Errors: flash/bad-image. */
export const readManifest = async (folder: string): Promise<Result<BuildManifest | null>> => {
  const path = join(folder, manifestName)
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return ok(null)
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text))
    if (parsed.success) return ok(parsed.data)
    const [issue] = parsed.error.issues
    return fail('flash/bad-image', `${path}: ${issue?.path.join('.')}: ${issue?.message}`)
  } catch {
    return fail('flash/bad-image', `${path} is no JSON`)
  }
}

/** The first file of a folder that is absent, or is not what was built; null where all are. */
export const damagedIn = ({ files }: BuildManifest, bundle: Bundle): string | null =>
  Object.entries(files).find(([name, { sha256 }]) => sha256Hex(bundle.get(name) ?? new Uint8Array()) !== sha256)?.[0] ??
  null
