import type { Board, BoardPin } from '../board.ts'
import type { End } from '../check/nets.ts'
import { fontPx, smallPx, widthOf } from './geometry.ts'
import type { Box, PlannedWire } from './plan.ts'
import { columnOf, pinOf, refOf } from './plan.ts'

/** What is written at a pin: its name, and where its wires go. */
export type Row = {
  readonly end: string
  readonly name: string
  readonly note: string
  readonly hue?: string
  readonly header?: number
}

/** The name on the board: `GND.9` is one of several that are all marked GND. */
const marked = ({ id }: BoardPin): string => id.replace(/\.\d+$/, '')

/** An end in words, as the legend and the other end of its wire name it. */
export const endWords = (end: End): string => {
  if (end.kind !== 'board') return end.kind === 'outside' ? pinOf(end.name) : `${refOf(end.name)} ${end.pin.id}`
  return end.pin.header === undefined ? marked(end.pin) : `${marked(end.pin)} (${end.pin.header})`
}

const capWords = (pin: BoardPin): string =>
  pin.caps
    .filter((cap) => !['gpio', 'power', 'ground'].includes(cap))
    .map((cap) =>
      cap
        .replace(/^(i2c|uart|spi)-/, '')
        .toUpperCase()
        .replace('RESERVED', 'reserved')
        .replace('INPUT', 'input only'),
    )
    .join(' ')

const wiresAt = (wires: readonly PlannedWire[], name: string): { hue?: string; note: string } => {
  const here = wires.filter(({ from, to }) => from.name === name || to.name === name)
  const hue = here[0]?.hue
  const note = here.map(({ number, from, to }) => `${number} ${endWords(from.name === name ? to : from)}`).join(', ')
  return hue === undefined ? { note } : { hue, note }
}

/** The rows of a column of the board. An end row follows the right column after a free line. */
export const boardRows = (board: Board, side: 'left' | 'right', wires: readonly PlannedWire[]): (Row | undefined)[] => {
  const sorted = board.pins.filter((pin) => columnOf(pin) === side).sort((a, b) => a.order - b.order)
  const row = (pin: BoardPin): Row => {
    const at = wiresAt(wires, `board.${pin.id}`)
    const note = wires.length > 0 ? at.note : capWords(pin)
    const header = pin.header === undefined ? {} : { header: pin.header }
    return { end: `board.${pin.id}`, name: marked(pin), ...at, note, ...header }
  }
  const end = sorted.filter((pin) => pin.side === 'end').map(row)
  return [...sorted.filter((pin) => pin.side !== 'end').map(row), ...(end.length === 0 ? [] : [undefined, ...end])]
}

export const boxRows = (box: Box, wires: readonly PlannedWire[]): Row[] =>
  box.pins.map(({ id, name }) => ({ end: name, name: id, ...wiresAt(wires, name) }))

export const rowWidth = ({ name, note }: Row): number =>
  widthOf(name, fontPx) + (note === '' ? 0 : 12 + widthOf(note, smallPx))
