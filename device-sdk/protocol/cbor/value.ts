/**
 * What the wire format can carry. Integers are plain numbers within 53 bits; a plain number with a fraction is a float.
 * Why `CborFloat`: a float of integral value (20.0) is other bytes than the integer, and must survive decode and encode.
 */
export type CborValue = number | string | boolean | null | Uint8Array | CborFloat | CborMap | readonly CborValue[]
export type CborFloat = { readonly float: number }
export type CborKey = number | string
/** Pairs, not `Map`: small interpreters have none. The encoder sorts; the decoder gives them in the order of the wire. */
export type CborMap = { readonly entries: readonly (readonly [CborKey, CborValue])[] }

export const intMax = 9_007_199_254_740_991

export const isInt = (value: unknown): value is number =>
  typeof value === 'number' && value >= -intMax && value <= intMax && Math.floor(value) === value

export const isUint = (value: unknown): value is number => isInt(value) && value >= 0

export const isUint32 = (value: unknown): value is number => isUint(value) && value <= 0xffff_ffff

export const isBytes = (value: unknown, length: number): value is Uint8Array =>
  value instanceof Uint8Array && value.length === length

export const isMap = (value: CborValue | undefined): value is CborMap =>
  typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries)

export const isList = (value: CborValue | undefined): value is readonly CborValue[] => Array.isArray(value)
