import type { CborMap, CborValue } from '../cbor/value.ts'
import { isInt, isList, isMap } from '../cbor/value.ts'
import { senmlRecordsMax } from '../limits.ts'

/** A plain SenML pack (RFC 8428 section 6): records with the integer labels of its CBOR form. */
export type SenmlBlock = { readonly type: 'senml'; readonly records: readonly CborMap[] }
/** Stored and shown, never judged. `id` is -16 or less. */
export type ExtensionBlock = { readonly type: 'extension'; readonly id: number; readonly values: readonly CborValue[] }

export const senmlBlock = -4
export const lastExtensionBlock = -16

export const writeSenml = (block: SenmlBlock): CborValue => [senmlBlock, block.records]

export const readSenml = (block: readonly CborValue[]): SenmlBlock | null => {
  const records = block[1]
  if (block.length !== 2 || !isList(records) || records.length < 1 || records.length > senmlRecordsMax) return null
  if (!records.every((record): record is CborMap => isMap(record) && record.entries.every(([key]) => isInt(key))))
    return null
  return { type: 'senml', records }
}

export const writeExtension = (block: ExtensionBlock): CborValue => [block.id, ...block.values]

export const readExtension = (block: readonly CborValue[]): ExtensionBlock => ({
  type: 'extension',
  id: block[0] as number,
  values: block.slice(1),
})
