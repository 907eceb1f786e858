import type { Board } from '../board.ts'
import type { Part } from '../part.ts'
import type { Wiring } from '../wiring.ts'
import type { Run, Side } from './geometry.ts'
import { channelPx, fontPx, route, rowPx, smallPx, titlePx, widthOf } from './geometry.ts'
import { style } from './hues.ts'
import type { Row } from './labels.ts'
import { boardRows, boxRows, endWords, rowWidth } from './labels.ts'
import type { Plan } from './plan.ts'
import { planOf, refOf } from './plan.ts'
import { box, escaped, pinRow, strands, text } from './svg.ts'

export type App = { readonly wiring: Wiring; readonly parts: ReadonlyMap<string, Part> }

const edge = 24
const headPx = 58
const gapPx = 30
const both = ['left', 'right'] as const

const widest = (widths: readonly number[]): number => Math.max(0, ...widths)

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

const noteLines = (notes: readonly string[], widthPx: number): string[] => {
  const letters = Math.floor(widthPx / widthOf('x', smallPx))
  return notes.flatMap((note) => {
    const lines: string[] = ['']
    for (const word of note.split(' ')) {
      const line = lines.at(-1) ?? ''
      if (line.length + word.length + 1 > letters) lines.push(`  ${word}`)
      else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
    }
    return lines
  })
}

/** A drawing of a board: its pins, and with an application its parts and every wire. An SVG document, the same bytes each time. */
export const drawBoard = (board: Board, app?: App): string => {
  const plan: Plan = app === undefined ? { wires: [], boxes: [] } : planOf(app.wiring, board, app.parts)
  const columns = { left: boardRows(board, 'left', plan.wires), right: boardRows(board, 'right', plan.wires) }
  const rowsPx = (rows: readonly (Row | undefined)[]): number =>
    widest(rows.map((row) => (row === undefined ? 0 : rowWidth(row))))
  const facts = `${board.mcu.part}, ${board.logic.volts} V logic`
  const boardWidth = Math.max(
    rowsPx(columns.left) + rowsPx(columns.right) + 100,
    widthOf(board.name, fontPx) + 40,
    widthOf(facts, smallPx) + 40,
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

  const title = app === undefined ? `${board.name}: pins` : `${app.wiring.app} on ${board.name}`
  const legend = plan.wires.map(({ number, from, to, hue }) => ({
    hue,
    words: `${number}  ${endWords(from)} - ${endWords(to)}`,
  }))
  const legendWidth = widest(legend.map(({ words }) => widthOf(words, smallPx))) + 70
  const width = Math.max(
    partsRight + boxWidth('right') + edge,
    widthOf(title, titlePx) + 2 * edge,
    legendWidth + 2 * edge,
    640,
  )
  const perRow = Math.max(1, Math.floor((width - 2 * edge) / Math.max(1, legendWidth)))
  const legendRows = Math.ceil(legend.length / perRow)
  const legendY = bottom + 44
  const notes = (app === undefined ? board.notes : app.wiring.notes) ?? []
  const lines = noteLines([`${board.name}: ${board.view}.`, ...notes], width - 2 * edge)
  const notesY = legend.length === 0 ? legendY : legendY + legendRows * 22 + 20
  const height = notesY + lines.length * 19 + 8

  const built =
    app === undefined
      ? `tested: ${board.tested}`
      : app.wiring.tested === 'bench'
        ? 'built on a bench'
        : 'by the data sheets; not yet built on a bench'
  const body = [
    text(edge, 38, title, 't'),
    text(edge, 60, built, 'd'),
    ...strands(route(runs, frame)),
    box(boardLeft, topY, boardWidth, boardHeight, 'box'),
    text(boardLeft + boardWidth / 2, topY + 22, board.name, 'b', 'middle'),
    text(boardLeft + boardWidth / 2, topY + 39, facts, 'd', 'middle'),
    ...both.flatMap((side) =>
      columns[side].map((row, i) =>
        row === undefined ? '' : pinRow(frame.board[side], topY + headPx + i * rowPx, side, row, plan.wires.length > 0),
      ),
    ),
    ...both.flatMap((side) =>
      stacks[side].flatMap(({ one, rows, y, height: tall }) => {
        const x = side === 'left' ? partsLeft - boxWidth('left') : partsRight
        return [
          box(x, y, boxWidth(side), tall, one.ref === 'outside' ? 'box out' : 'box'),
          text(x + 12, y + 22, one.title, 'b'),
          text(x + 12, y + 39, one.subtitle, 'd'),
          ...rows.map((row, i) =>
            pinRow(frame.parts[side], y + headPx + i * rowPx, side === 'left' ? 'right' : 'left', row, true),
          ),
        ]
      }),
    ),
    ...legend.map(({ hue, words }, i) => {
      const x = edge + Math.floor(i / legendRows) * legendWidth
      const y = legendY + (i % legendRows) * 22
      return `<path class="${hue}" d="M${x} ${y - 4}h28"/>${text(x + 38, y, words, 's')}`
    }),
    ...lines.map((line, i) => text(edge, notesY + i * 19, line, 'd')),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style()}</style>`,
    `<rect width="${width}" height="${height}" fill="var(--paper)"/>`,
    ...body.filter((line) => line !== ''),
    '</svg>',
    '',
  ].join('\n')
}

const sideAt = (plan: Plan, name: string, columns: { readonly left: readonly (Row | undefined)[] }): Side => {
  if (refOf(name) !== 'board') return plan.boxes.find(({ ref }) => ref === refOf(name))?.side ?? 'right'
  return columns.left.some((row) => row?.end === name) ? 'left' : 'right'
}
