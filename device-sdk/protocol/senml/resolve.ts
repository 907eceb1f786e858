import type { Result } from '../result.ts'
import { fail, ok } from '../result.ts'
import { relativeTimeMax, secondaryUnitsVersion } from './expand.ts'
import type { SenmlRecord } from './record.ts'

const defaultVersion = 10
const types: Readonly<Record<string, string>> = {
  bver: 'number',
  bn: 'string',
  bt: 'number',
  bu: 'string',
  bv: 'number',
  bs: 'number',
  n: 'string',
  u: 'string',
  v: 'number',
  vs: 'string',
  vb: 'boolean',
  vd: 'string',
  s: 'number',
  t: 'number',
  ut: 'number',
}

/** RFC 8428 section 4.5.1: what a name may be after the base name stands before it. */
const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9:./_-]*$/.test(name)
const isBase = (label: string): boolean => label.startsWith('b')

const malformed = (record: number, what: string): Result<never> => fail('senml/malformed', `record ${record}: ${what}`)

/** Every known label has a value of its type, and no label must be understood that is not (RFC 8428 section 4.4: trailing `_`). */
const readRecord = (value: unknown, index: number): Result<SenmlRecord> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return malformed(index, 'no map')
  for (const [label, content] of Object.entries(value)) {
    const type = types[label]
    if (type === undefined && label.endsWith('_')) return malformed(index, `label ${label} must be understood`)
    const good = typeof content === type && (type !== 'number' || Number.isFinite(content))
    if (type !== undefined && !good) return malformed(index, `label ${label}`)
  }
  return ok(value)
}

const valueLabels = ['v', 'vs', 'vb', 'vd'] as const

/** One record with its base values, or null where it only sets them. */
const resolveRecord = (
  record: SenmlRecord,
  base: SenmlRecord,
  nowS: number,
  index: number,
): Result<(SenmlRecord & { readonly t: number }) | null> => {
  const own = Object.entries(record).filter(([label]) => !isBase(label))
  if (own.length === 0) return ok(null)
  const values = valueLabels.filter((label) => record[label] !== undefined)
  const v =
    values.some((label) => label !== 'v') || (record.v ?? base.bv) === undefined
      ? undefined
      : (base.bv ?? 0) + (record.v ?? 0)
  const s = (record.s ?? base.bs) === undefined ? undefined : (base.bs ?? 0) + (record.s ?? 0)
  if (values.length > 1) return malformed(index, 'more than one value')
  if (values.length === 0 && v === undefined && s === undefined) return malformed(index, 'no value and no sum')
  const n = `${base.bn ?? ''}${record.n ?? ''}`
  if (!isName(n)) return malformed(index, 'its name')
  const u = record.u ?? base.bu
  const time = (base.bt ?? 0) + (record.t ?? 0)
  return ok({
    ...(Object.fromEntries(own) as SenmlRecord),
    ...(base.bver === undefined || base.bver === defaultVersion ? {} : { bver: base.bver }),
    n,
    ...(u === undefined ? {} : { u }),
    t: time < relativeTimeMax ? nowS + time : time,
    ...(v === undefined ? {} : { v }),
    ...(s === undefined ? {} : { s }),
  })
}

/**
 * Resolves a SenML pack in its JSON form (RFC 8428 section 4.6): base values applied, times absolute, in the order of time.
 * `nowS` is what relative times are relative to. A version other than 10 stays with every record.
 * @returns `senml/malformed` for what is no pack, or is of a version above 10 other than 26.
 */
export const resolveSenml = (pack: unknown, nowS: number): Result<SenmlRecord[]> => {
  if (!Array.isArray(pack) || pack.length === 0) return fail('senml/malformed', 'a pack is an array of records')
  const resolved: (SenmlRecord & { readonly t: number })[] = []
  let base: SenmlRecord = {}
  for (let index = 0; index < pack.length; index++) {
    const read = readRecord(pack[index], index)
    if (!read.ok) return read
    const { bver } = read.value
    const known = bver === undefined || (bver > 0 && bver <= defaultVersion) || bver === secondaryUnitsVersion
    if (!known || (index > 0 && bver !== undefined && bver !== (base.bver ?? defaultVersion)))
      return malformed(index, `version ${bver}`)
    base = { ...base, ...Object.fromEntries(Object.entries(read.value).filter(([label]) => isBase(label))) }
    const record = resolveRecord(read.value, base, nowS, index)
    if (!record.ok) return record
    if (record.value !== null) resolved.push(record.value)
  }
  return ok(resolved.sort((a, b) => a.t - b.t))
}
