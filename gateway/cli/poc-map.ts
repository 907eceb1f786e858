import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { sha256 } from '../../device-sdk/signer/index.ts'
import { namedProfile, rulesetOf } from '../coverage/index.ts'
import type { Roaming } from '../epoch/index.ts'
import { roamingOf } from '../epoch/index.ts'
import { readStore } from '../store/index.ts'

const qualities = ['none', 'weak', 'fair', 'good', 'excellent'] as const
const hourMs = 3_600_000
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Reads the store as it lies on disk. By the ruleset of the newest epoch, or hexfix-2 before the first was closed. */
export const pocMap = (options: { readonly data: string }, console: Console): void => {
  const read = (): Result<Roaming> => {
    const store = readStore(options.data)
    if (!store.ok) return store
    const [newest] = store.value.epochs.newest(1)
    const ruleset = newest === undefined ? namedProfile('hexfix-2') : rulesetOf(newest.ruleset, sha256)
    const roaming = ruleset === null ? fail('ruleset/unknown', newest?.ruleset) : ok(roamingOf(store.value, ruleset))
    store.value.close()
    return roaming
  }
  console.finish(read(), ({ sightings, cells, hotspots }) => [
    `${counted(sightings, 'sighting')} in ${counted(cells.length, 'cell')} of resolution 10`,
    ...cells.map(({ cell, quality, bestRssiDbm, hotspots: heard, trackers, ageMs }) => {
      const who = `${counted(heard, 'hotspot')}, ${counted(trackers, 'tracker')}`
      return `  ${cell}  ${qualities[quality]}, ${bestRssiDbm} dBm, ${who}, ${Math.floor(ageMs / hourMs)} h old`
    }),
    ...hotspots.map(({ kid, supports, contradicts, worst }) => {
      const why =
        worst === null ? '' : `: ${worst.measured} ${worst.unit} measured, at most ${worst.threshold.toFixed(1)}`
      return `  ${kid}  supported by ${supports}, contradicted by ${contradicts}${why}`
    }),
  ])
}
