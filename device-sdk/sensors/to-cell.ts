import type { Schema } from '../protocol/index.ts'

/**
 * The cell of a value in fixed point: round(value * 10^-exp) - offset, the inverse of `valueOf`.
 * Rounds what the shortest decimal of the number says, halves away from zero. Why: 1.115 * 100 is 111.50000000000001, and
 * 1.005 * 100 is 100.49999999999999, so a product would round some halves up and others down.
 * @returns null where nothing was measured, where the value is not finite, and where the cell exceeds 53 bits.
 */
export const toCell = (value: number | null, exp: number, offset = 0): number | null => {
  if (value === null || !Number.isFinite(value)) return null
  const [mantissa = '', power = ''] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  /** How many of the digits stand before the decimal point of the cell. */
  const whole = Number(power) + 1 - exp
  if (whole > 16) return digits === '0' ? 0 - offset : null
  const integer = whole > 0 ? Number(digits.slice(0, whole).padEnd(whole, '0')) : 0
  const carry = whole >= 0 && (digits[whole] ?? '0') >= '5' ? 1 : 0
  const raw = Math.sign(value) * (integer + carry)
  // Adding 0 turns -0, which no cell may be, into 0.
  const cell = raw - offset + 0
  return Number.isSafeInteger(raw) && Number.isSafeInteger(cell) ? cell : null
}

/** A row of values, in the units and the order of the schema's fields, as its cells. */
export const toCells = (schema: Schema, values: readonly (number | null)[]): (number | null)[] =>
  schema.fields.map(([, , exp, offset], i) => toCell(values[i] ?? null, exp, offset))
