import type { CborKey, CborMap, CborValue } from '../cbor/value.ts'
import { fromBase64Url, toBase64Url } from '../connect.ts'

/** One record with the labels of the JSON form (RFC 8428 section 4.3). `vd` is base64url without padding. Other labels are kept. */
export type SenmlRecord = {
  readonly bn?: string
  readonly bt?: number
  readonly bu?: string
  readonly bv?: number
  readonly bs?: number
  readonly bver?: number
  readonly n?: string
  readonly u?: string
  readonly v?: number
  readonly vs?: string
  readonly vb?: boolean
  readonly vd?: string
  readonly s?: number
  readonly t?: number
  readonly ut?: number
}

/** RFC 8428 section 6, table 4: the integer labels of the CBOR form. */
const labels: Readonly<Record<string, number>> = {
  bver: -1,
  bn: -2,
  bt: -3,
  bu: -4,
  bv: -5,
  bs: -6,
  n: 0,
  u: 1,
  v: 2,
  vs: 3,
  vb: 4,
  s: 5,
  t: 6,
  ut: 7,
  vd: 8,
}
const names = Object.entries(labels)

/** The CBOR form of records: what stands in a `senml` block, and under `application/senml+cbor`. */
export const senmlToCbor = (records: readonly SenmlRecord[]): CborMap[] =>
  records.map((record) => {
    const entries: [CborKey, CborValue][] = []
    for (const [name, value] of Object.entries(record) as [string, string | number | boolean][]) {
      const data = name === 'vd' ? fromBase64Url(String(value)) : null
      entries.push([labels[name] ?? name, data ?? value])
    }
    return { entries }
  })

const plain = (value: CborValue): unknown => {
  if (value instanceof Uint8Array) return toBase64Url(value)
  return typeof value === 'object' && value !== null && 'float' in value ? value.float : value
}

/** The JSON form of records of the CBOR form. Integers that are no label of RFC 8428 become their digits. */
export const senmlFromCbor = (records: readonly CborMap[]): SenmlRecord[] =>
  records.map(({ entries }) =>
    Object.fromEntries(
      entries.map(([label, value]) => [
        names.find(([, number]) => number === label)?.[0] ?? String(label),
        plain(value),
      ]),
    ),
  )
