import type { Board } from './board.ts'
import type { Catalog } from './catalog.ts'
import { wiringsOf } from './catalog.ts'
import { wiredTogether } from './leave-out.ts'
import type { Outcome } from './outcome.ts'
import { done, fault } from './outcome.ts'
import type { Wiring } from './wiring.ts'

export type Wanted = {
  readonly board: string
  readonly app?: string
  /** The id of a part. */
  readonly sensor?: string
}
export type Chosen = {
  readonly board: Board
  readonly wiring: Wiring
  /** The refs of parts that the sensor does without. */
  readonly without: readonly string[]
}
export type ChoiceCode =
  | 'hardware/board-unknown'
  | 'hardware/wiring-unknown'
  | 'hardware/sensor-unwired'
  | 'hardware/ambiguous'

/** What a board can be: each application with its parts. */
const offered = ({ parts }: Catalog, wirings: readonly Wiring[]): string =>
  wirings
    .map((wiring) => {
      const sensors = wiring.parts.filter(({ part }) => parts.get(part)?.interface !== 'passive')
      return `${wiring.app} with ${sensors.map(({ part }) => part).join(', ')}`
    })
    .join('; ')

const restOf = ({ parts }: Catalog, wiring: Wiring, sensor: string | undefined): string[] => {
  const own = wiring.parts.find(({ part }) => part === sensor)
  if (own === undefined) return []
  const kept = wiredTogether(wiring, own.ref)
  return wiring.parts
    .filter(({ ref, part }) => !kept.has(ref) && parts.get(part)?.interface !== 'passive')
    .map(({ ref }) => ref)
}

/**
 * The one wiring of a board that has this application and this sensor, and which of its parts stay away when that sensor is all that
 * there is. Errors list what there is: hardware/board-unknown, hardware/wiring-unknown, hardware/sensor-unwired, hardware/ambiguous.
 */
export const chooseWiring = (catalog: Catalog, { board: id, app, sensor }: Wanted): Outcome<Chosen, ChoiceCode> => {
  const board = catalog.boards.get(id)
  if (board === undefined)
    return fault('hardware/board-unknown', `${id}; known are ${[...catalog.boards.keys()].join(', ')}`)
  const all = wiringsOf(catalog, id)
  const there = `${id} takes: ${offered(catalog, all)}`
  const ofApp = all.filter((wiring) => app === undefined || wiring.app === app)
  if (ofApp.length === 0) return fault('hardware/wiring-unknown', `${app ?? 'anything'} on ${id}; ${there}`)
  const fitting = ofApp.filter(({ parts }) => sensor === undefined || parts.some(({ part }) => part === sensor))
  const [wiring, second] = fitting
  if (wiring === undefined) return fault('hardware/sensor-unwired', `${sensor}; ${there}`)
  if (second !== undefined) return fault('hardware/ambiguous', `${id} takes: ${offered(catalog, fitting)}`)
  return done({ board, wiring, without: restOf(catalog, wiring, sensor) })
}
