/** The least and the most that a parameter may be, and whether it is whole. */
type Range = readonly [least: number, most: number, kind: 'whole' | 'any']

const most = Number.MAX_SAFE_INTEGER
const million = 1_000_000
const anyAmount: Range = [0, most, 'any']
const count: Range = [0, million, 'whole']
const resolution: Range = [0, 15, 'whole']
const part: Range = [0, million, 'whole']
const factor: Range = [0, 1, 'any']

/** What arithmetic in integers, and in bounded time, can follow. A parameter that is not named may be any finite number. */
const ranges: { readonly [section: string]: { readonly [parameter: string]: Range } | undefined } = {
  coverage: {
    placeResolution: resolution,
    nearResolution: resolution,
    minCells: count,
    minMetres: anyAmount,
    maxKm: anyAmount,
    maxWitnesses: count,
    minValidWitnesses: count,
    entropyMs: anyAmount,
    beaconIntervalMs: [1, most, 'any'],
    beaconLagMs: anyAmount,
    witnessLagMs: anyAmount,
    freqDiffHzMax: anyAmount,
    reciprocityMs: anyAmount,
  },
  rewards: {
    fullWitnesses: [1, million, 'whole'],
    redundancyDecay: factor,
    sensorUnits: [0, million, 'any'],
    pointsPerUnit: [1, 1_000_000_000_000, 'whole'],
    useMax: [1, million, 'any'],
    useHalf: [Number.EPSILON, most, 'any'],
    ceilingPerMegapoint: [0, most, 'whole'],
    ownerCapPpm: part,
  },
  density: { absentScale: factor },
  location: { moveScale: factor },
  quality: { neighbourResolution: [0, 12, 'whole'], neighbourRings: [0, 10, 'whole'], neighboursMax: count },
  pools: { beacon: part, witness: part, data: part, operations: part, oracles: part, restToBeacon: part },
}

const level: { readonly [parameter: string]: Range } = {
  neighbours: count,
  target: [1, million, 'whole'],
  max: [1, million, 'whole'],
}

type Section = Readonly<Record<string, unknown>>

const isSection = (value: unknown): value is Section => typeof value === 'object' && value !== null

const wrongIn = (name: string, section: unknown, known: { readonly [parameter: string]: Range }): string | null => {
  if (!isSection(section)) return null
  for (const [key, [least, greatest, kind]] of Object.entries(known)) {
    const value = Object.hasOwn(section, key) ? section[key] : undefined
    if (value === undefined) continue
    const isFine = typeof value === 'number' && value >= least && value <= greatest
    if (!isFine || (kind === 'whole' && !Number.isInteger(value))) {
      return `${name}.${key} is not ${kind === 'whole' ? 'a whole number' : 'a number'} from ${least} to ${greatest}`
    }
  }
  return null
}

/** What of a ruleset no engine could follow, in words; null where nothing is. */
export const outOfRange = (document: Section): string | null => {
  for (const [name, known] of Object.entries(ranges)) {
    const wrong = wrongIn(name, document[name], known ?? {})
    if (wrong !== null) return wrong
  }
  const levels = isSection(document.density) ? document.density.levels : undefined
  for (const [name, own] of isSection(levels) ? Object.entries(levels) : []) {
    const wrong = /^r(\d|1[0-5])$/.test(name) ? wrongIn(`density.levels.${name}`, own, level) : `${name} is no level`
    if (wrong !== null) return wrong
  }
  return null
}
