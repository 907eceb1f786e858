import type { Board } from './board.ts'
import { endWords } from './drawing/labels.ts'
import { planOf } from './drawing/plan.ts'
import type { Part } from './part.ts'
import type { Wiring } from './wiring.ts'

/** A wire in words, with the number that it has in the drawing; the board's end comes first. */
export type Wire = { readonly number: number; readonly from: string; readonly to: string }

export const wiresOf = (wiring: Wiring, board: Board, parts: ReadonlyMap<string, Part>): Wire[] =>
  planOf(wiring, board, parts).wires.map(({ number, from, to }) => ({ number, from: endWords(from), to: endWords(to) }))
