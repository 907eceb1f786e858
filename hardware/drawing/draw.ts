import type { Board } from '../board.ts'
import { route, rowPx, smallPx, titlePx, widthOf } from './geometry.ts'
import { style } from './hues.ts'
import { endWords } from './labels.ts'
import type { App } from './layout.ts'
import { both, edge, factsOf, headPx, layoutOf, widest } from './layout.ts'
import { box, escaped, pinRow, strands, text } from './svg.ts'

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

type Layout = ReturnType<typeof layoutOf>

const boardLines = (board: Board, { plan, columns, frame, size }: Layout): string[] => {
  const { topY, boardWidth, boardHeight } = size
  const middle = frame.board.left + boardWidth / 2
  return [
    box(frame.board.left, topY, boardWidth, boardHeight, 'box'),
    text(middle, topY + 22, board.name, 'b', 'middle'),
    text(middle, topY + 39, factsOf(board), 'd', 'middle'),
    ...both.flatMap((side) =>
      columns[side].flatMap((row, i) =>
        row === undefined ? [] : pinRow(frame.board[side], topY + headPx + i * rowPx, side, row, plan.wires.length > 0),
      ),
    ),
  ]
}

const partLines = ({ stacks, frame, size: { boxWidths } }: Layout): string[] =>
  both.flatMap((side) =>
    stacks[side].flatMap(({ one, rows, y, height }) => {
      const x = side === 'left' ? frame.parts.left - boxWidths.left : frame.parts.right
      const inner = side === 'left' ? 'right' : 'left'
      return [
        box(x, y, boxWidths[side], height, one.ref === 'outside' ? 'box out' : 'box'),
        text(x + 12, y + 22, one.title, 'b'),
        text(x + 12, y + 39, one.subtitle, 'd'),
        ...rows.map((row, i) => pinRow(frame.parts[side], y + headPx + i * rowPx, inner, row, true)),
      ]
    }),
  )

/** A drawing of a board: its pins, and with an application its parts and every wire. An SVG document, the same bytes each time. */
export const drawBoard = (board: Board, app?: App): string => {
  const layout = layoutOf(board, app)
  const { plan, runs, frame, size } = layout
  const title = app === undefined ? `${board.name}: pins` : `${app.wiring.app} on ${board.name}`
  const legend = plan.wires.map(({ number, from, to, hue }) => ({
    hue,
    words: `${number}  ${endWords(from)} - ${endWords(to)}`,
  }))
  const legendWidth = widest(legend.map(({ words }) => widthOf(words, smallPx))) + 70
  const width = Math.max(size.rightEdge + edge, widthOf(title, titlePx) + 2 * edge, legendWidth + 2 * edge, 640)
  const perRow = Math.max(1, Math.floor((width - 2 * edge) / Math.max(1, legendWidth)))
  const legendRows = Math.ceil(legend.length / perRow)
  const legendY = size.bottom + 44
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
    ...boardLines(board, layout),
    ...partLines(layout),
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
    ...body,
    '</svg>',
    '',
  ].join('\n')
}
