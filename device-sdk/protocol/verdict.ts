import type { Code } from './codes.ts'
import { codes } from './codes.ts'

const names = Object.keys(codes) as Code[]
const wireOf = (code: Code): number | undefined => (codes[code] as { readonly wire?: number }).wire

/** The number that says this code in a receipt. A code without one is a mistake of the program. */
export const verdictNumber = (code: Code): number => {
  const wire = wireOf(code)
  if (wire === undefined) throw new Error(`${code} is no verdict`)
  return wire
}

/** The code of a verdict's number, or null for one that this version does not know. */
export const verdictCode = (wire: number): Code | null => names.find((name) => wireOf(name) === wire) ?? null
