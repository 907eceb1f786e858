import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'

export type HotspotLine = {
  readonly type: 'hotspot'
  readonly id: string
  /** Null: known, and not located. */
  readonly at: { readonly lat: number; readonly lng: number; readonly gainDbi: number } | null
  readonly owner: string | null
  /** Null: from the beginning. */
  readonly fromMs: number | null
}

/** A beacon or witness line: `hotspot` is who sent it. */
export type SubmissionLine = {
  readonly type: 'beacon' | 'witness'
  readonly beacon: string
  readonly hotspot: string
  readonly receivedMs: number
  /** Transmit power of a beacon, signal of a witness. */
  readonly dbm: number
  readonly snrDb: number | null
  readonly freqKhz: number | null
  readonly region: string | null
}

export type ExchangeLine =
  | HotspotLine
  | SubmissionLine
  | { readonly type: 'ruleset'; readonly document: Readonly<Record<string, unknown>> }
  /** A type that this version does not know. */
  | { readonly type: 'other' }
  /** A beacon or witness that cannot be judged: it gets a verdict all the same. */
  | { readonly type: 'unjudged'; readonly beacon: string; readonly hotspot: string; readonly why: string }

type Fields = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null
const textOr = (value: unknown): string => (typeof value === 'string' ? value : '')

const need = (fields: Fields, name: string, test: (value: unknown) => boolean): string | null =>
  test(fields[name]) ? null : `"${name}" is ${fields[name] === undefined ? 'missing' : 'of the wrong form'}`

const mayLack =
  (test: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isAbsent(value) || test(value)

const isPositive = (value: unknown): boolean => isNumber(value) && value > 0
const isTime = (value: unknown): boolean => isNumber(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
const within =
  (most: number) =>
  (value: unknown): boolean =>
    isNumber(value) && Math.abs(value) <= most

const readHotspot = (fields: Fields): Result<ExchangeLine> => {
  const { id, lat, lng, gainDbi, owner, fromMs } = fields
  const isPlaced = !isAbsent(lat) || !isAbsent(lng)
  const place = isPlaced
    ? (need(fields, 'lat', within(90)) ?? need(fields, 'lng', within(180)) ?? need(fields, 'gainDbi', isNumber))
    : null
  const fault =
    need(fields, 'id', isText) ??
    place ??
    need(fields, 'owner', mayLack(isText)) ??
    need(fields, 'fromMs', mayLack(isTime))
  if (fault !== null) return fail('exchange/bad-line', fault)
  return ok({
    type: 'hotspot',
    id: id as string,
    at: isPlaced ? { lat: lat as number, lng: lng as number, gainDbi: gainDbi as number } : null,
    owner: isAbsent(owner) ? null : (owner as string),
    fromMs: isAbsent(fromMs) ? null : (fromMs as number),
  })
}

const readSubmission = (type: 'beacon' | 'witness', fields: Fields): ExchangeLine => {
  const [idName, dbmName] = type === 'beacon' ? ['id', 'txDbm'] : ['beacon', 'rssiDbm']
  const { hotspot, receivedMs, snrDb, freqKhz, region } = fields
  const fault =
    need(fields, idName, isText) ??
    need(fields, 'hotspot', isText) ??
    need(fields, 'receivedMs', isTime) ??
    need(fields, dbmName, isNumber) ??
    need(fields, 'freqKhz', type === 'beacon' ? isPositive : mayLack(isPositive)) ??
    need(fields, 'snrDb', mayLack(isNumber)) ??
    need(fields, 'region', mayLack(isText))
  const beacon = fields[idName]
  if (fault !== null) return { type: 'unjudged', beacon: textOr(beacon), hotspot: textOr(hotspot), why: fault }
  return {
    type,
    beacon: beacon as string,
    hotspot: hotspot as string,
    receivedMs: receivedMs as number,
    dbm: fields[dbmName] as number,
    snrDb: isAbsent(snrDb) ? null : (snrDb as number),
    freqKhz: isAbsent(freqKhz) ? null : (freqKhz as number),
    region: isAbsent(region) ? null : (region as string),
  }
}

/** Reads one line of a file for exchange. Fields that are not named in docs/coverage.md are ignored. */
export const readLine = (text: string): Result<ExchangeLine> => {
  let fields: unknown
  try {
    fields = JSON.parse(text)
  } catch {
    return fail('exchange/bad-line', 'no JSON')
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    return fail('exchange/bad-line', 'no JSON object')
  }
  const own = fields as Fields
  switch (own.type) {
    case 'hotspot':
      return readHotspot(own)
    case 'beacon':
    case 'witness':
      return ok(readSubmission(own.type, own))
    case 'ruleset':
      return ok({ type: 'ruleset', document: own })
    default:
      return typeof own.type === 'string' ? ok({ type: 'other' }) : fail('exchange/bad-line', '"type" is missing')
  }
}
