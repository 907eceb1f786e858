import { parse } from 'csv-parse/sync'
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

type Line = { readonly line: number; readonly values: string[] | null }

/** No value of ours holds a line break, so each line is parsed alone: a quote that is never closed spoils its own line. */
const readLine = (text: string, line: number): Line => {
  try {
    return { line, values: (parse(text) as string[][])[0]?.map((value) => value.trim()) ?? [] }
  } catch {
    return { line, values: null }
  }
}

const readRow = (header: readonly string[], { line, values }: Line, seen: Set<string>): Row => {
  if (values === null) return badRow(line, '', 'a quote is missing or stands in the middle of a value')
  const cell = (name: (typeof columns)[number]): string => values[header.indexOf(name)] ?? ''
  const [name, lat, lng] = [cell('name'), cell('lat'), cell('lng')]
  if (values.length !== header.length) {
    return badRow(line, name, `${values.length} values under ${header.length} columns`)
  }
  if (!nameForm.test(name)) {
    return badRow(line, name, `the name "${name}" is not 1 to 64 letters, digits, dots, dashes or underscores`)
  }
  if (seen.has(name.toLowerCase())) return badRow(line, name, `the name "${name}" stands in an earlier line`)
  seen.add(name.toLowerCase())
  if ((lat === '') !== (lng === '')) return badRow(line, name, 'lat and lng belong together')
  const place = lat === '' ? null : { lat, lng, gain: cell('gain') || '0', height: cell('height') || '0' }
  return { line, name, failure: null, place }
}

const headerFault = (header: readonly string[]): string | null => {
  const unknown = header.find((name) => !columns.some((column) => column === name))
  if (!header.includes('name')) return 'there is no column "name"'
  if (unknown !== undefined) return `there is no meaning for a column "${unknown}"`
  return new Set(header).size === header.length ? null : 'a column stands there twice'
}

/** Reads a list of devices (RFC 4180). A line that is none is a row with a failure, and the others go on. */
export const readRows = (text: string): Result<Row[]> => {
  const [first, ...rest] = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line, i) => (line.trim() === '' ? [] : [readLine(line, i + 1)]))
  const header = first?.values?.map((name) => name.toLowerCase()) ?? []
  const fault = headerFault(header)
  if (fault !== null) return fail('batch/unreadable', fault)
  if (rest.length > rowsMax) return fail('batch/unreadable', `over ${rowsMax} rows`)
  const seen = new Set<string>()
  return ok(rest.map((line) => readRow(header, line, seen)))
}
