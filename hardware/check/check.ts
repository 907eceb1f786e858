import type { Board } from '../board.ts'
import type { Part } from '../part.ts'
import type { Wiring } from '../wiring.ts'
import { addresses, busMembership } from './buses.ts'
import { capability, pinTwice, short, unconnected } from './connections.ts'
import type { WiringFault } from './faults.ts'
import { wiringFault } from './faults.ts'
import type { Circuit, Used } from './nets.ts'
import { circuitOf, resolveEnd } from './nets.ts'
import { currents, logicLevels, supply } from './power.ts'

const rules: readonly ((circuit: Circuit) => WiringFault[])[] = [
  unconnected,
  capability,
  pinTwice,
  short,
  busMembership,
  addresses,
  supply,
  logicLevels,
  currents,
]

/** The parts of a wiring that are known. */
export const partsOf = (wiring: Wiring, parts: ReadonlyMap<string, Part>): Used[] =>
  wiring.parts.flatMap(({ ref, part: id, address }) => {
    const part = parts.get(id)
    return part === undefined ? [] : [{ ref, part, ...(address === undefined ? {} : { address }) }]
  })

/** Everything that is wrong with a wiring on a board; an empty list where it would work by the data sheets. */
export const checkWiring = (wiring: Wiring, board: Board, parts: ReadonlyMap<string, Part>): WiringFault[] => {
  const used = partsOf(wiring, parts)
  const strangers = wiring.parts
    .filter(({ part }) => !parts.has(part))
    .map(({ ref, part }) => wiringFault('wiring/part-unknown', `${ref}: ${part}`))
  const lost = wiring.wires
    .flat()
    .filter((end) => resolveEnd(end, board, used) === undefined)
    .map((end) => wiringFault('wiring/pin-unknown', end))
  // With ends missing the other rules would only repeat it.
  if (strangers.length + lost.length > 0) return [...strangers, ...lost]
  const circuit = circuitOf(wiring, board, used)
  return rules.flatMap((rule) => rule(circuit))
}
