import type { Board, BoardPin } from '../board.ts'
import { partsOf } from '../check/check.ts'
import type { End, Net } from '../check/nets.ts'
import { circuitOf, resolveEnd } from '../check/nets.ts'
import type { Part } from '../part.ts'
import type { Wiring } from '../wiring.ts'
import type { Side } from './geometry.ts'
import { hueOf } from './hues.ts'

export type PlannedWire = {
  readonly number: number
  readonly net: number
  readonly hue: string
  readonly from: End
  readonly to: End
}

/** A box beside the board: a part, or what lies outside. `pins` are those that have wires. */
export type Box = {
  readonly ref: string
  readonly title: string
  readonly subtitle: string
  readonly side: Side
  readonly pins: readonly { readonly id: string; readonly name: string }[]
}

export type Plan = { readonly wires: readonly PlannedWire[]; readonly boxes: readonly Box[] }

export const refOf = (name: string): string => name.slice(0, name.indexOf('.'))
export const pinOf = (name: string): string => name.slice(name.indexOf('.') + 1)

/** The column of a drawing in which a pin of the board stands. */
export const columnOf = ({ side }: BoardPin): Side => (side === 'left' ? 'left' : 'right')

const sideOf = (ref: string, wires: readonly PlannedWire[]): Side | undefined => {
  const pins = wires
    .filter(({ from, to }) => [from, to].some(({ name }) => refOf(name) === ref))
    .flatMap(({ from, to }) => [from, to].flatMap((end) => (end.kind === 'board' ? [end.pin] : [])))
  const weight = (side: Side): number =>
    pins
      .filter((pin) => columnOf(pin) === side)
      .reduce((sum, { caps }) => sum + (caps.includes('power') || caps.includes('ground') ? 1 : 3), 0)
  if (pins.length === 0) return undefined
  return weight('left') > weight('right') ? 'left' : 'right'
}

const neighbourOf = (ref: string, wires: readonly PlannedWire[]): string | undefined => {
  const wire = wires.find(({ from, to }) => [from, to].some(({ name }) => refOf(name) === ref))
  return wire && [wire.from, wire.to].map(({ name }) => refOf(name)).find((other) => other !== ref)
}

/** Numbers the wires, gives each the colour of its net, and puts each part on the side of the board where its pins are. */
export const planOf = (wiring: Wiring, board: Board, parts: ReadonlyMap<string, Part>): Plan => {
  const used = partsOf(wiring, parts)
  const { nets } = circuitOf(wiring, board, used)
  const netOf = (end: End): Net => nets.find((net) => net.some(({ name }) => name === end.name)) ?? [end]
  const wires = wiring.wires.flatMap(([a, b], i): PlannedWire[] => {
    const ends = [resolveEnd(a, board, used), resolveEnd(b, board, used)]
    // The board comes first and the outside last, so that a reader follows a wire outwards.
    const rank = { board: 0, part: 1, outside: 2 }
    const [from, to] = ends
      .flatMap((end) => (end === undefined ? [] : [end]))
      .sort((x, y) => rank[x.kind] - rank[y.kind])
    if (from === undefined || to === undefined) return []
    const net = netOf(from)
    return [{ number: i + 1, net: nets.indexOf(net), hue: hueOf(net), from, to }]
  })
  const place = (ref: string): Side => sideOf(ref, wires) ?? sideOf(neighbourOf(ref, wires) ?? '', wires) ?? 'right'
  const wired = (ref: string) =>
    [...new Set(wires.flatMap(({ from, to }) => [from.name, to.name]))]
      .filter((name) => refOf(name) === ref)
      .map((name) => ({ id: pinOf(name), name }))
  const boxes = used.map(({ ref, part, address }): Box => {
    const order = part.pins.map(({ id }) => id)
    const pins = wired(ref).sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
    const at = part.i2c === undefined ? '' : `, address ${address ?? part.i2c.addresses[0]}`
    return { ref, title: part.name, subtitle: `${ref}${at}`, side: place(ref), pins }
  })
  const outside = wired('outside')
  const partner = wires.find(({ to }) => to.kind === 'outside')?.from.name ?? ''
  return {
    wires,
    boxes:
      outside.length === 0
        ? boxes
        : [
            ...boxes,
            {
              ref: 'outside',
              title: 'Outside',
              subtitle: 'not in this drawing',
              side: place(refOf(partner)),
              pins: outside,
            },
          ],
  }
}
