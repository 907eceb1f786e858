import { parse } from 'acorn'
import { codeBase64, tableBase64 } from '../../../device-sdk/espruino/native/blob.ts'

/**
 * What a function takes while it waits to be called: itself, its code by reference, its scopes and their list, its parameters, and its
 * share of what the program keeps. Counted in Espruino 2v29, 32 bits, variables of 13 B: docs/building.md.
 */
const variablesOfFunction = 11.5
/** What of a flat string fits into one of the smallest variables. */
const flatBytes = 12
/** While it signs: docs/signing.md. */
const variablesOfJavascriptSigner = 565
/** A message of the largest size, as it is built and as text. */
const variablesOfMessage = 400

export type Signer = 'native' | 'javascript'

const functionsIn = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  const here = /Function/.test(String((value as { type?: unknown }).type)) ? 1 : 0
  return Object.values(value).reduce((sum: number, child) => sum + functionsIn(child), here)
}

/** Variables of the interpreter that a started program takes at the most: an estimate from its functions, not a measurement. */
export const variablesOf = (code: string, signer: Signer): number => {
  const functions = functionsIn(parse(code, { ecmaVersion: 'latest' }))
  const native = [codeBase64, tableBase64].reduce(
    (sum, text) => sum + Math.ceil(Buffer.from(text, 'base64').length / flatBytes),
    0,
  )
  const signing = signer === 'native' ? native : variablesOfJavascriptSigner
  return Math.ceil(functions * variablesOfFunction) + signing + variablesOfMessage
}
