import { cellToLatLng, latLngToCell } from 'h3-js'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import type {
  BeaconEvidence,
  Evidence,
  Place,
  Ruleset,
  Scene,
  Verdict,
  WitnessEvidence,
} from '../../../gateway/coverage/index.ts'
import { explain, firstCoverage, judge } from '../../../gateway/coverage/index.ts'

export const placeOfCell = (cell: string, gainDbi = 1.2): Place => {
  const [lat, lng] = cellToLatLng(cell)
  return { cell, latE7: Math.round(lat * 1e7), lngE7: Math.round(lng * 1e7), gainDbi }
}

export const placeAt = (lat: number, lng: number): Place => placeOfCell(latLngToCell(lat, lng, 12))

export const kidOf = (n: number): string => n.toString(16).padStart(16, '0')

export const beacon = (over: Partial<BeaconEvidence> = {}): BeaconEvidence => ({
  kind: 'beacon',
  logIndex: 1,
  item: 0,
  kid: kidOf(1),
  receivedMs: 1000,
  beaconId: 'b'.repeat(16),
  freqKhz: 868_100,
  txDbm: 14,
  ...over,
})

export const witness = (over: Partial<WitnessEvidence> = {}): WitnessEvidence => ({
  kind: 'witness',
  logIndex: 2,
  item: 0,
  kid: kidOf(2),
  receivedMs: 1100,
  beaconId: 'b'.repeat(16),
  rssiDbm: -110,
  snrDb: 5.5,
  freqKhz: 868_100,
  ...over,
})

/** Kids 1 to 99, about 2.2 km from one to the next: each may witness each. */
export const places: ReadonlyMap<string, Place> = new Map(
  Array.from({ length: 99 }, (_, i) => [
    kidOf(i + 1),
    placeAt(51 + (i % 10) * 0.02, -0.1 + Math.floor(i / 10) * 0.032),
  ]),
)

/** A registry that knows every key, located or not. */
export const sceneOf = (where: ReadonlyMap<string, Place>, over: Partial<Scene> = {}): Scene => ({
  hotspot: (kid) => ({ place: where.get(kid) ?? null }),
  ...over,
})

/** A verdict with its words. */
export type Told = Verdict & ReturnType<typeof explain>

export const judgedBy = (ruleset: Ruleset, evidence: readonly Evidence[], scene: Scene = sceneOf(places)): Told[] =>
  judge(evidence, scene, ruleset, sha256).map((verdict) => ({ ...verdict, ...explain(verdict) }))

export const judged = (evidence: readonly Evidence[], where: ReadonlyMap<string, Place> = places): Told[] =>
  judgedBy(firstCoverage, evidence, sceneOf(where))

export const codesOf = (evidence: readonly Evidence[], where: ReadonlyMap<string, Place> = places): string[] =>
  judged(evidence, where).map(({ code }) => code)
