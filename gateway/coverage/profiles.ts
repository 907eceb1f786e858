import type { Sha256 } from '../../device-sdk/protocol/index.ts'
import { toHex } from '../../device-sdk/protocol/index.ts'
import type { Ruleset } from './ruleset.ts'
import { rulesetHash } from './ruleset.ts'

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

/** Helium's IoT proof of coverage as it was when HIP-149 ended it: helium/oracles, iot_verifier; HIP-15, -17 and -104. */
const helium2026: Ruleset = {
  name: 'helium-2026',
  coverage: {
    ...firstCoverage.coverage,
    minValidWitnesses: 0,
    entropyMs: 180_000,
    beaconIntervalMs: 21_600_000,
    beaconLagMs: 4_000,
    witnessLagMs: 1_500,
    freqDiffHzMax: 100_000,
    reciprocityMs: 172_800_000,
  },
  rewards: { ...firstCoverage.rewards, sensorUnits: 0 },
  // HIP-104.
  density: {
    absentScale: 0.2,
    levels: {
      r4: { neighbours: 2, target: 500, max: 1000 },
      r5: { neighbours: 4, target: 100, max: 200 },
      r6: { neighbours: 4, target: 25, max: 50 },
      r7: { neighbours: 4, target: 5, max: 10 },
      r8: { neighbours: 2, target: 1, max: 1 },
      r9: { neighbours: 2, target: 1, max: 1 },
      r10: { neighbours: 2, target: 1, max: 1 },
    },
  },
  pools: {
    beacon: 60_000,
    witness: 240_000,
    data: 500_000,
    operations: 70_000,
    oracles: 70_000,
    restToBeacon: 200_000,
  },
}

/** For worlds that run in minutes: no spans between beacons, no reciprocity, everything else that needs no days. */
const simulation: Ruleset = {
  ...firstCoverage,
  name: 'simulation-1',
  coverage: {
    ...firstCoverage.coverage,
    entropyMs: 180_000,
    beaconLagMs: 4_000,
    witnessLagMs: 1_500,
    freqDiffHzMax: 100_000,
  },
}

/** Coverage as in helium-2026, with what it lacked: quality of data, use, the price of a move, ceilings. */
const hexfix1: Ruleset = {
  ...helium2026,
  name: 'hexfix-1',
  rewards: {
    ...firstCoverage.rewards,
    useMax: 4,
    useHalf: 1_000,
    ceilingPerMegapoint: 1_000_000,
    ownerCapPpm: 50_000,
  },
  location: {
    settleMs: 172_800_000,
    moveScale: 0.2,
    gnssToleranceM: 30,
    gnssUncertainM: 500,
    gnssSigmas: 3,
    mapMaxAgeMs: 2_592_000_000,
  },
  quality: {
    fields: {
      temperature: { unit: 'Cel', min: -40, max: 60, jumpPerMin: 3, frozenMin: 240, neighbourDiff: 5 },
      humidity: { unit: '%RH', min: 10, max: 99, jumpPerMin: 10, frozenMin: 360, neighbourDiff: 25 },
      wind: { unit: 'm/s', min: 0, max: 50, jumpPerMin: 10, frozenMin: 360, neighbourDiff: 15 },
      pressure: { unit: 'hPa', min: 300, max: 1100, jumpPerMin: 0.5, frozenMin: 120, neighbourDiff: 5 },
      rain: { unit: 'mm/s', min: 0, max: 0.254 },
    },
    availability: 0.67,
    neighboursMin: 3,
    neighbourMs: 600_000,
    energy: { slopePart: 0.1, slopeWh: 2 },
  },
}

/** `hexfix-1`, with readings compared to those of neighbours: in cells of some 36 km2 and the six around. */
const hexfix2: Ruleset = {
  ...hexfix1,
  name: 'hexfix-2',
  ...(hexfix1.quality === undefined
    ? {}
    : { quality: { ...hexfix1.quality, neighbourResolution: 6, neighbourRings: 1, neighboursMax: 20 } }),
}

/** Every ruleset that ever judged, newest last: an old epoch is recomputed by the one that its hash names. `strict` goes here. */
const profiles: readonly Ruleset[] = [firstCoverage, helium2026, hexfix1, simulation, hexfix2]

export const profileNames: readonly string[] = profiles.map(({ name }) => name)

export const profileOf = (name: string): Ruleset | null => profiles.find((profile) => profile.name === name) ?? null

/** For a name that was checked against `profileNames`. */
export const namedProfile = (name: string): Ruleset => {
  const profile = profileOf(name)
  if (profile === null) throw new RangeError(`no profile ${name}`)
  return profile
}

/** @param hash - of the ruleset, in hex. */
export const rulesetOf = (hash: string, sha256: Sha256): Ruleset | null =>
  profiles.find((profile) => toHex(rulesetHash(profile, sha256)) === hash) ?? null
