import type { CborKey, CborValue, Sha256 } from '../../device-sdk/protocol/index.ts'
import { encode } from '../../device-sdk/protocol/index.ts'

/** The parameters of an epoch's verdicts and rewards: a document of numbers and texts, identified by its hash. */
export type Ruleset = {
  readonly name: string
  readonly coverage: {
    /** H3 resolution of an asserted place. */
    readonly placeResolution: number
    /** H3 resolution at which the least distance is counted. */
    readonly nearResolution: number
    readonly minCells: number
    /** The same distance in metres, for the few places next to a pentagon where H3 cannot count cells. */
    readonly minMetres: number
    /** Whole kilometres. */
    readonly maxKm: number
    /** How many witnesses of one beacon count. */
    readonly maxWitnesses: number
  }
  readonly rewards: {
    /** Up to so many witnesses each one counts in full. */
    readonly fullWitnesses: number
    /** What the next witness adds, as a part of what the one before it added. */
    readonly redundancyDecay: number
    /** For a device with at least one accepted reading in the epoch. */
    readonly sensorUnits: number
    readonly pointsPerUnit: number
  }
}

export const firstCoverage: Ruleset = {
  name: 'first-coverage-1',
  coverage: {
    placeResolution: 12,
    nearResolution: 11,
    minCells: 8,
    minMetres: 397,
    maxKm: 100,
    maxWitnesses: 14,
  },
  rewards: {
    fullWitnesses: 4,
    redundancyDecay: 0.8,
    sensorUnits: 1,
    pointsPerUnit: 1_000_000_000,
  },
}

type Document = number | string | { readonly [key: string]: Document }

const toCbor = (document: Document): CborValue => {
  if (typeof document !== 'object') return document
  const entries = Object.entries(document).map(([key, value]): [CborKey, CborValue] => [key, toCbor(value)])
  return { entries }
}

/** SHA-256 over the ruleset in deterministic CBOR (RFC 8949 section 4.2.1): the order of its keys does not matter. */
export const rulesetHash = (ruleset: Ruleset, sha256: Sha256): Uint8Array => sha256(encode(toCbor(ruleset)))
