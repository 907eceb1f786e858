import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Failure, Result } from '../protocol/index.ts'
import { fail, ok, standardSchema } from '../protocol/index.ts'
import type { Columns } from './record.ts'
import { readRecord } from './record.ts'
import type { Sensor } from './sensor.ts'

export type ReplayOptions = {
  readonly file: string
  /** A standard schema; the columns of the record are found by the names of its fields. */
  readonly schema: number
  /** Where the record names its columns otherwise. */
  readonly columns?: Columns
  /** Told once, at opening, when rows were skipped: sensor/malformed, with how many and where the first is. */
  readonly onFault?: (fault: Failure) => void
}
export type ReplaySensor = Sensor & { readonly rows: number; readonly skipped: number }

const fileBytesMax = 64 * 1024 * 1024

/** A regular file of at most 64 MiB. Errors: sensor/unreadable, sensor/too-large. */
export const readFileText = async (file: string): Promise<Result<string>> => {
  try {
    const stats = await stat(file)
    if (!stats.isFile()) return fail('sensor/unreadable', `${file} is not a regular file`)
    if (stats.size > fileBytesMax) return fail('sensor/too-large', `${file}: ${stats.size} bytes, over ${fileBytesMax}`)
    return ok(await readFile(file, 'utf8'))
  } catch (error) {
    return fail('sensor/unreadable', error instanceof Error ? error.message : file)
  }
}

/**
 * Replays a record of real measurements, one row at each reading, from the first again after the last. Readings carry no
 * time: they are measurements of another day, stamped with the time of their replay. `readRecord` has the form of the file.
 * Errors: sensor/unreadable, sensor/too-large, and those of `readRecord`.
 */
export const replaySensor = async ({
  file,
  schema: id,
  columns,
  onFault,
}: ReplayOptions): Promise<Result<ReplaySensor>> => {
  const schema = standardSchema(id)
  if (schema === undefined) throw new Error(`no standard schema ${id}`)
  const text = await readFileText(file)
  if (!text.ok) return text
  const record = readRecord(text.value, schema, columns)
  if (!record.ok) return fail(record.error.code, `${file}: ${record.error.detail}`)
  const { rows, skipped, firstFault } = record.value
  if (skipped > 0) onFault?.({ code: 'sensor/malformed', detail: `${file}: ${skipped} skipped, first ${firstFault}` })
  let next = 0
  return ok({
    name: `replay:${basename(file)}`,
    schema: id,
    rows: rows.length,
    skipped,
    read: async () => {
      const cells = rows[next] ?? []
      next = (next + 1) % rows.length
      return ok({ schema: id, timeS: null, cells })
    },
    close: async () => {},
  })
}
