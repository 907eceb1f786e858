import type { InfoRecord } from 'csv-parse'
import { CsvError, parse } from 'csv-parse/sync'
import type { Failure, Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'

const columns = ['name', 'lat', 'lng', 'gain', 'height'] as const
const rowsMax = 100_000
/** A name is a folder too, on every system that may read the card. */
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export type Place = { readonly lat: string; readonly lng: string; readonly gain: string; readonly height: string }
/** One line of the list: a device to make, or why it is none. */
export type Row = { readonly line: number; readonly name: string } & (
  | { readonly failure: null; readonly place: Place | null }
  | { readonly failure: Failure }
)

const badRow = (line: number, name: string, detail: string): Row => ({
  line,
  name,
  failure: { code: 'batch/bad-row', detail: `line ${line}: ${detail}` },
})

type Parsed = { readonly info: InfoRecord; readonly record: string[] }

const readRow = (header: readonly string[], { info, record }: Parsed, seen: Set<string>): Row => {
  const cell = (name: (typeof columns)[number]): string => record[header.indexOf(name)]?.trim() ?? ''
  const [name, lat, lng] = [cell('name'), cell('lat'), cell('lng')]
  const line = info.lines
  if (record.length !== header.length)
    return badRow(line, name, `${record.length} values under ${header.length} columns`)
  if (!nameForm.test(name))
    return badRow(line, name, `the name "${name}" is not letters, digits, dot, dash or underscore`)
  if (seen.has(name.toLowerCase())) return badRow(line, name, `the name "${name}" stands in an earlier line`)
  seen.add(name.toLowerCase())
  if ((lat === '') !== (lng === '')) return badRow(line, name, 'lat and lng belong together')
  const place = lat === '' ? null : { lat, lng, gain: cell('gain') || '0', height: cell('height') || '0' }
  return { line, name, failure: null, place }
}

/** Reads a list of devices, RFC 4180. A line that cannot be read is a row with a failure: the others go on. */
export const readRows = (text: string): Result<Row[]> => {
  const broken: Row[] = []
  let parsed: Parsed[]
  try {
    parsed = parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : 0
        broken.push(badRow(line, '', error?.message ?? 'unreadable'))
        return undefined
      },
    }) as unknown as Parsed[]
  } catch (error) {
    return fail('batch/unreadable', error instanceof Error ? error.message : 'unreadable')
  }
  const [first, ...rest] = parsed
  const header = first?.record.map((name) => name.trim().toLowerCase()) ?? []
  const unknown = header.find((name) => !columns.some((column) => column === name))
  if (!header.includes('name')) return fail('batch/unreadable', 'there is no column "name"')
  if (unknown !== undefined) return fail('batch/unreadable', `there is no meaning for a column "${unknown}"`)
  if (new Set(header).size !== header.length) return fail('batch/unreadable', 'a column stands there twice')
  if (rest.length > rowsMax) return fail('batch/unreadable', `over ${rowsMax} rows`)
  const seen = new Set<string>()
  return ok([...rest.map((one) => readRow(header, one, seen)), ...broken].sort((a, b) => a.line - b.line))
}
