import type {
  CborValue,
  Result,
  Sha256,
  SignDigest,
  SignedDocument,
  VerifyDigest,
} from '../../device-sdk/protocol/index.ts'
import { decode, fail, holdsDocument, isMap, ok, signDocument } from '../../device-sdk/protocol/index.ts'
import { firstCoverage } from './profiles.ts'
import type { Document, Ruleset } from './ruleset.ts'
import { encodeRuleset } from './ruleset.ts'
import { outOfRange } from './ruleset-ranges.ts'

const label = 'hexfix-ruleset'
const depthMax = 4

const isDocument = (value: unknown, depth = 0): value is Document => {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string') return true
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > depthMax) return false
  return Object.values(value).every((one) => isDocument(one, depth + 1))
}

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The first ruleset has the parameters that every one needs. */
const lacking = (document: Readonly<Record<string, unknown>>): string | null => {
  if (typeof document.name !== 'string' || document.name === '') return 'name'
  for (const section of ['coverage', 'rewards'] as const) {
    const own = document[section]
    for (const key of Object.keys(firstCoverage[section])) {
      if (!isSection(own) || typeof own[key] !== 'number') return `${section}.${key}`
    }
  }
  return null
}

/** Checks a ruleset of whatever origin: JSON, a stored document. @returns `ruleset/malformed`. */
const readRuleset = (value: unknown): Result<Ruleset> => {
  if (!isSection(value) || !isDocument(value)) return fail('ruleset/malformed', 'not numbers and texts in sections')
  const missing = lacking(value)
  if (missing !== null) return fail('ruleset/malformed', `${missing} is missing`)
  const wrong = outOfRange(value)
  return wrong === null ? ok(value as unknown as Ruleset) : fail('ruleset/malformed', wrong)
}

const overlaid = (base: Document, over: Readonly<Record<string, unknown>>, depth = 0): Document => {
  if (typeof base !== 'object') return base
  const entries = Object.entries(base).map(([key, value]): [string, Document] => {
    const other = Object.hasOwn(over, key) ? over[key] : undefined
    if (other === undefined) return [key, value]
    if (isSection(other) && depth < depthMax) return [key, overlaid(value, other, depth + 1)]
    // What is no number where one must be is found by whoever reads the result.
    return [key, typeof other === typeof value && isDocument(other) ? other : Number.NaN]
  })
  return Object.fromEntries(entries)
}

/**
 * A ruleset with some parameters changed: those that `changes` names and the ruleset has. Others are ignored, since a
 * document of a later version may have them.
 * @returns `ruleset/malformed`.
 */
export const withParameters = (ruleset: Ruleset, changes: Readonly<Record<string, unknown>>): Result<Ruleset> =>
  readRuleset(overlaid(ruleset as unknown as Document, changes))

const fromCbor = (value: CborValue): unknown => {
  if (typeof value === 'object' && value !== null && 'float' in value) return value.float
  return isMap(value) ? Object.fromEntries(value.entries.map(([key, one]) => [key, fromCbor(one)])) : value
}

export const readRulesetDocument = (document: Uint8Array): Result<Ruleset> => {
  const decoded = decode(document)
  return decoded.ok ? readRuleset(fromCbor(decoded.value)) : fail('ruleset/malformed', decoded.error.detail)
}

export const signRuleset = (ruleset: Ruleset, net: number, sha256: Sha256, sign: SignDigest): SignedDocument =>
  signDocument(label, encodeRuleset(ruleset), net, sha256, sign)

/** The ruleset of a document that this key signed for this network. @returns `ruleset/bad-signature`, `ruleset/malformed`. */
export const verifyRuleset = (
  signed: SignedDocument,
  net: number,
  publicKey: Uint8Array,
  sha256: Sha256,
  verify: VerifyDigest,
): Result<Ruleset> =>
  holdsDocument(label, signed, net, publicKey, sha256, verify)
    ? readRulesetDocument(signed.document)
    : fail('ruleset/bad-signature')
