import type { Board, BoardPin } from '../board.ts'
import type { Part, PartPin } from '../part.ts'
import type { Wiring } from '../wiring.ts'

export type Used = { readonly ref: string; readonly part: Part; readonly address?: string }

/** One end of a wire, resolved. */
export type End =
  | { readonly kind: 'board'; readonly name: string; readonly pin: BoardPin }
  | { readonly kind: 'part'; readonly name: string; readonly used: Used; readonly pin: PartPin }
  | { readonly kind: 'outside'; readonly name: string }

/** Ends that wires join into one conductor. */
export type Net = readonly End[]

export type Circuit = { readonly board: Board; readonly used: readonly Used[]; readonly nets: readonly Net[] }

/** The end that a name means, or undefined where there is no such pin. */
export const resolveEnd = (name: string, board: Board, used: readonly Used[]): End | undefined => {
  const dot = name.indexOf('.')
  const [ref, id] = [name.slice(0, dot), name.slice(dot + 1)]
  if (ref === 'outside') return { kind: 'outside', name }
  if (ref === 'board') {
    const pin = board.pins.find((one) => one.id === id)
    return pin && { kind: 'board', name, pin }
  }
  const part = used.find((one) => one.ref === ref)
  const pin = part?.part.pins.find((one) => one.id === id)
  return part && pin && { kind: 'part', name, used: part, pin }
}

/** Joins the wires into nets, in the order of their first wires. */
const joinNets = (ends: readonly (readonly [End, End])[]): Net[] => {
  let nets: End[][] = []
  for (const pair of ends) {
    const names = pair.map(({ name }) => name)
    const touched = nets.filter((net) => net.some(({ name }) => names.includes(name)))
    const joined = [...touched.flat()]
    for (const end of pair) if (!joined.some(({ name }) => name === end.name)) joined.push(end)
    nets = [...nets.filter((net) => !touched.includes(net)), joined]
  }
  return nets
}

export const boardPins = (net: Net): BoardPin[] => net.flatMap((end) => (end.kind === 'board' ? [end.pin] : []))

export const partEnds = (net: Net) => net.flatMap((end) => (end.kind === 'part' ? [end] : []))

/** The nets of a wiring whose ends are all known. */
export const circuitOf = (wiring: Wiring, board: Board, used: readonly Used[]): Circuit => {
  const pairs = wiring.wires.flatMap(([from, to]): [End, End][] => {
    const [a, b] = [resolveEnd(from, board, used), resolveEnd(to, board, used)]
    return a && b ? [[a, b]] : []
  })
  return { board, used, nets: joinNets(pairs) }
}
