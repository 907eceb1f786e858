import type { Board } from '../board.ts'
import type { Part } from '../part.ts'
import type { Wiring } from '../wiring.ts'
import type { Run, Side } from './geometry.ts'
import { channelPx, fontPx, rowPx, smallPx, widthOf } from './geometry.ts'
import type { Row } from './labels.ts'
import { boardRows, boxRows, rowWidth } from './labels.ts'
import type { Plan } from './plan.ts'
import { planOf, refOf } from './plan.ts'

export type App = { readonly wiring: Wiring; readonly parts: ReadonlyMap<string, Part> }

export const edge = 24
export const headPx = 58
const gapPx = 30
export const both = ['left', 'right'] as const

export const widest = (widths: readonly number[]): number => Math.max(0, ...widths)

/** The boxes of a side under one another; their rows lie between the rows of the board. */
const stack = (plan: Plan, side: Side, topY: number) => {
  let y = topY + rowPx / 2
  return plan.boxes
    .filter((one) => one.side === side)
    .map((one) => {
      const rows = boxRows(one, plan.wires)
      const placed = { one, rows, y, height: headPx + rows.length * rowPx }
      // Whole rows, so that no row of a part comes to lie level with a row of the board.
      y += Math.ceil((placed.height + gapPx) / rowPx) * rowPx
      return placed
    })
}

const sideAt = (plan: Plan, name: string, columns: { readonly left: readonly (Row | undefined)[] }): Side => {
  if (refOf(name) !== 'board') return plan.boxes.find(({ ref }) => ref === refOf(name))?.side ?? 'right'
  return columns.left.some((row) => row?.end === name) ? 'left' : 'right'
}

export const factsOf = (board: Board): string => `${board.mcu.part}, ${board.logic.volts} V logic`

/** Where everything in a drawing lies, before a line of it is written. */
export const layoutOf = (board: Board, app?: App) => {
  const plan: Plan = app === undefined ? { wires: [], boxes: [] } : planOf(app.wiring, board, app.parts)
  const columns = { left: boardRows(board, 'left', plan.wires), right: boardRows(board, 'right', plan.wires) }
  const rowsPx = (rows: readonly (Row | undefined)[]): number =>
    widest(rows.map((row) => (row === undefined ? 0 : rowWidth(row))))
  const boardWidth = Math.max(
    rowsPx(columns.left) + rowsPx(columns.right) + 100,
    widthOf(board.name, fontPx) + 40,
    widthOf(factsOf(board), smallPx) + 40,
  )

  const lanes = plan.wires.filter(
    ({ from, to }) => sideAt(plan, from.name, columns) !== sideAt(plan, to.name, columns),
  ).length
  const topY = 76 + (lanes === 0 ? 0 : lanes * 12 + 14)
  const stacks = { left: stack(plan, 'left', topY), right: stack(plan, 'right', topY) }
  const pinY = (name: string): number => {
    for (const side of both) {
      const i = columns[side].findIndex((row) => row?.end === name)
      if (i >= 0) return topY + headPx + i * rowPx
      for (const { rows, y } of stacks[side]) {
        const j = rows.findIndex((row) => row.end === name)
        if (j >= 0) return y + headPx + j * rowPx
      }
    }
    return topY
  }
  const runs = plan.wires.map(({ number, net, hue, from, to }): Run => {
    const at = (name: string) => ({ side: sideAt(plan, name, columns), y: pinY(name) })
    return { number, net, hue, from: at(from.name), to: at(to.name), inner: from.kind === 'board' }
  })

  const boxWidth = (side: Side): number =>
    widest(
      stacks[side].map(({ one, rows }) =>
        Math.max(
          ...rows.map((row) => rowWidth(row) + 34),
          widthOf(one.title, fontPx) + 24,
          widthOf(one.subtitle, smallPx) + 24,
        ),
      ),
    )
  const partsLeft = edge + boxWidth('left')
  const boardLeft = partsLeft + channelPx(runs, 'left')
  const boardRight = boardLeft + boardWidth
  const partsRight = boardRight + channelPx(runs, 'right')
  const frame = {
    board: { left: boardLeft, right: boardRight },
    parts: { left: partsLeft, right: partsRight },
    laneY: topY - 14,
  }
  const boardHeight = headPx + Math.max(columns.left.length, columns.right.length) * rowPx
  const bottoms = both.flatMap((side) => stacks[side].map(({ y, height }) => y + height))
  const bottom = Math.max(topY + boardHeight, ...bottoms)
  const boxWidths = { left: boxWidth('left'), right: boxWidth('right') }
  const size = { topY, boardWidth, boardHeight, bottom, boxWidths, rightEdge: partsRight + boxWidths.right }
  return { plan, columns, stacks, runs, frame, size }
}
