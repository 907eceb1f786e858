import type { CborKey, CborValue, Sha256 } from '../../device-sdk/protocol/index.ts'
import { encode } from '../../device-sdk/protocol/index.ts'
import type { DensityRules } from './density.ts'
import type { LocationRules } from './location-rules.ts'
import type { QualityRules } from './quality/rules.ts'

/** Parameters of the coverage rules. A rule whose parameter is absent is not in force. */
export type CoverageRules = {
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
  /** How many valid witnesses a beacon needs to be accepted; 1 where it is absent. */
  readonly minValidWitnesses?: number
  /** How long the entropy of a beacon lives. */
  readonly entropyMs?: number
  /** Of each span of so many milliseconds since 1970 one beacon counts. */
  readonly beaconIntervalMs?: number
  /** After a beacon that came before its witnesses. */
  readonly beaconLagMs?: number
  /** After the first witness, where the beacon came later than that. */
  readonly witnessLagMs?: number
  readonly freqDiffHzMax?: number
  /** A beaconer must have witnessed, and a witness have beaconed, less than this ago. */
  readonly reciprocityMs?: number
}

/** The parameters of an epoch's verdicts and rewards: a document of numbers and texts, identified by its hash. */
export type Ruleset = {
  readonly name: string
  readonly coverage: CoverageRules
  readonly rewards: {
    /** Up to so many witnesses each one counts in full. */
    readonly fullWitnesses: number
    /** What the next witness adds, as a part of what the one before it added. */
    readonly redundancyDecay: number
    /** For a device with at least one accepted reading in the epoch. */
    readonly sensorUnits: number
    readonly pointsPerUnit: number
    /** The factor of a device that everybody consumes; 1 or absent: use does not count. */
    readonly useMax?: number
    /** So many units consumed give half of what use can add. */
    readonly useHalf?: number
    /** The most that a point is worth, in the smallest unit of money for a million points. */
    readonly ceilingPerMegapoint?: number
    /** The most that one owner gets of an epoch, in millionths. */
    readonly ownerCapPpm?: number
  }
  readonly density?: DensityRules
  readonly quality?: QualityRules
  readonly location?: LocationRules
  /** Parts of an epoch's emission in millionths; what is not named stays unissued. */
  readonly pools?: {
    readonly beacon: number
    readonly witness: number
    /** Capped at the value of the data; the rest goes to beacon and witness. */
    readonly data: number
    readonly operations: number
    readonly oracles: number
    /** The beacons' part of what the data pool leaves, in millionths. */
    readonly restToBeacon: number
  }
}

/** What a ruleset is made of. */
export type Document = number | string | { readonly [key: string]: Document }

const toCbor = (document: Document): CborValue => {
  if (typeof document !== 'object') return document
  const entries = Object.entries(document).map(([key, value]): [CborKey, CborValue] => [key, toCbor(value)])
  return { entries }
}

/** A ruleset in deterministic CBOR (RFC 8949 section 4.2.1): the order of its keys does not matter. */
export const encodeRuleset = (ruleset: Ruleset): Uint8Array => encode(toCbor(ruleset))

/** SHA-256 over the ruleset in deterministic CBOR. */
export const rulesetHash = (ruleset: Ruleset, sha256: Sha256): Uint8Array => sha256(encodeRuleset(ruleset))
