/**
 * An epoch's work by part: verdicts by helium-2026, points with density, exact shares, Merkle root. Beside it, in the same
 * run, what no engine can do without: a haversine for each receipt, and the H3 calls of the least distance.
 * `npm run bench:epoch -- receipts hotspots`, by default a million and a hundred thousand.
 */
import { writeFileSync } from 'node:fs'
import { cellToParent, gridDistance } from 'h3-js'
import { keccak256, loadKeccak256, sha256 } from '../device-sdk/signer/index.ts'
import type { Place } from '../gateway/coverage/index.ts'
import { densityMap, judge, namedProfile } from '../gateway/coverage/index.ts'
import { earnedPoints, merkleTree, settle } from '../gateway/rewards/index.ts'
import type { EpochWorld } from './epoch-world.ts'
import { epochWorld } from './epoch-world.ts'

const [receipts = 1_000_000, hotspots = 100_000] = process.argv.slice(2).map(Number)
const budget = 1_000_000_000_000n
const mebibyte = 2 ** 20

type Part = { readonly name: string; readonly seconds: number; readonly peakMiB: number }

/** Linux forgets the peak on request, so that each part has its own; elsewhere it is that of the process until now. */
const forgetPeak = (): void => {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // The peak of all parts together is still true.
  }
}

const parts: Part[] = []
const timed = <T>(name: string, work: () => T): T => {
  forgetPeak()
  const started = performance.now()
  const done = work()
  const seconds = (performance.now() - started) / 1000
  parts.push({ name, seconds, peakMiB: (process.resourceUsage().maxRSS * 1024) / mebibyte })
  return done
}

const pairsOf = ({ evidence, places }: EpochWorld): [Place, Place][] => {
  const pairs: [Place, Place][] = []
  let from: Place | undefined
  for (const { kind, kid } of evidence) {
    const place = places.get(kid)
    if (kind === 'beacon') from = place
    else if (from !== undefined && place !== undefined) pairs.push([from, place])
  }
  return pairs
}

const radiansPerE7 = Math.PI / 1_800_000_000
const haversines = (pairs: readonly [Place, Place][]): number => {
  let sum = 0
  for (const [a, b] of pairs) {
    const sinLat = Math.sin(((a.latE7 - b.latE7) * radiansPerE7) / 2)
    const sinLng = Math.sin(((a.lngE7 - b.lngE7) * radiansPerE7) / 2)
    const cosines = Math.cos(a.latE7 * radiansPerE7) * Math.cos(b.latE7 * radiansPerE7)
    sum += Math.asin(Math.sqrt(sinLat * sinLat + cosines * sinLng * sinLng))
  }
  return sum
}

const gridDistances = (pairs: readonly [Place, Place][]): number => {
  let sum = 0
  for (const [a, b] of pairs) sum += gridDistance(cellToParent(a.cell, 11), cellToParent(b.cell, 11))
  return sum
}

const ruleset = namedProfile('helium-2026')
const { density } = ruleset
if (density === undefined) throw new Error('helium-2026 has a density')
const world = timed('the world (not counted)', () => epochWorld({ receipts, hotspots }))
const { places, addresses, evidence } = world

const verdicts = timed('verified', () => {
  const located = new Map([...places].map(([kid, place]) => [kid, { place }]))
  return judge(evidence, { hotspot: (kid) => located.get(kid) ?? null }, ruleset, sha256)
})
const points = timed('scored', () => {
  const map = densityMap(
    [...places.values()].map(({ cell }) => cell),
    density,
  )
  const scales = new Map<string, number>()
  for (const { kind, beaconId, kid, code } of verdicts) {
    if (kind === 'beacon' && code === 'accepted') scales.set(beaconId, map.scale(places.get(kid)?.cell ?? ''))
  }
  const own = Float64Array.from(verdicts, ({ beaconId }) => scales.get(beaconId) ?? 1)
  return earnedPoints(verdicts, [], ruleset.rewards, { scales: own })
})
const rows = timed('split', () => {
  const claims = [...points].map(([key, own]) => ({ key, points: own })).sort((a, b) => (a.key < b.key ? -1 : 1))
  const { amounts } = settle(budget, claims, ruleset.rewards)
  return claims.map(({ key }, index) => {
    return { epoch: 1, index, address: addresses.get(key) ?? new Uint8Array(20), amount: amounts[index] ?? 0n }
  })
})
const fastKeccak256 = await loadKeccak256()
const { root } = timed('rooted', () => merkleTree(rows, fastKeccak256))
const engine = parts.slice(1)
const total = engine.reduce((sum, { seconds }) => sum + seconds, 0)

timed('rooted by JavaScript (not counted)', () => merkleTree(rows, keccak256))
const pairs = pairsOf(world)
timed('baseline: haversines alone', () => haversines(pairs))
timed('baseline: H3 alone', () => gridDistances(pairs))
const alone = parts.slice(-2).reduce((sum, { seconds }) => sum + seconds, 0)

const codes = new Map<string, number>()
for (const { code } of verdicts) codes.set(code, (codes.get(code) ?? 0) + 1)
const paid = rows.reduce((sum, { amount }) => sum + amount, 0n)
console.log(`${receipts} receipts of ${hotspots} hotspots: ${rows.length} paid ${paid} of ${budget}`)
console.log(`root ${Buffer.from(root).toString('hex')}`)
console.log([...codes].map(([code, count]) => `${code} ${count}`).join(', '))
for (const { name, seconds, peakMiB } of parts) {
  console.log(
    `${name}: ${seconds.toFixed(2)} s, ${(seconds / alone).toFixed(2)} of the baseline, peak ${Math.round(peakMiB)} MiB`,
  )
}
const peak = Math.max(...engine.map(({ peakMiB }) => peakMiB))
console.log(
  `in all: ${total.toFixed(2)} s, ${(total / alone).toFixed(2)} of the baseline, peak ${Math.round(peak)} MiB`,
)
