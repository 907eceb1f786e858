/** How a unit of a record becomes that of a schema: a shift of the decimal point, or a formula. */
export type Conversion = { readonly tens: number; readonly convert?: (value: number) => number }

const same: Conversion = { tens: 0 }

/** For each unit of a schema (RFC 8428 section 12.1), the units of records that are understood beside it. */
const conversions: { readonly [unit: string]: { readonly [from: string]: Conversion } } = {
  Cel: {
    C: same,
    degC: same,
    K: { tens: 0, convert: (value) => value - 273.15 },
    F: { tens: 0, convert: (value) => ((value - 32) * 5) / 9 },
    degF: { tens: 0, convert: (value) => ((value - 32) * 5) / 9 },
  },
  '%RH': { '%': same, '/': { tens: 2 } },
  Pa: { hPa: { tens: 2 }, mbar: { tens: 2 }, kPa: { tens: 3 } },
  W: { kW: { tens: 3 } },
  Wh: { kWh: { tens: 3 } },
}

/** @returns null where `from` cannot be turned into `unit`. */
export const conversionOf = (from: string, unit: string): Conversion | null =>
  from === unit ? same : (Object.entries(conversions[unit] ?? {}).find(([name]) => name === from)?.[1] ?? null)

export const unitsFor = (unit: string): string[] => [unit, ...Object.keys(conversions[unit] ?? {})]
