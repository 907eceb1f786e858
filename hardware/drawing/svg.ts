import type { Point, Side, Strand } from './geometry.ts'
import { fontPx, widthOf } from './geometry.ts'
import type { Row } from './labels.ts'

export const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export const text = (
  x: number,
  y: number,
  words: string,
  kind: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): string =>
  `<text class="${kind}" x="${x}" y="${y}"${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(words)}</text>`

export const box = (x: number, y: number, width: number, height: number, kind: string): string =>
  `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`

const path = ({ points }: Strand, kind: string): string =>
  `<path class="${kind}" d="${points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')}"/>`

const within = ([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): boolean =>
  (ax === bx && x === ax && y > Math.min(ay, by) && y < Math.max(ay, by)) ||
  (ay === by && y === ay && x > Math.min(ax, bx) && x < Math.max(ax, bx))

/** Where a wire leaves another of its net: a bend of the one within a stretch of the other. */
const branches = (wires: readonly Strand[]): string[] =>
  wires.flatMap(({ points, hue }) =>
    points
      .slice(1, -1)
      .filter((bend) =>
        wires.some((other) => other.points.some((to, i) => i > 0 && within(bend, other.points[i - 1] ?? to, to))),
      )
      .map(([x, y]) => `<circle class="f-${hue}" cx="${x}" cy="${y}" r="4"/>`),
  )

/** Wires net by net. Each has a margin in the colour of the paper, which shows at a crossing which passes over. */
export const strands = (all: readonly Strand[]): string[] => {
  const nets = [...new Set(all.map(({ net }) => net))].map((net) => all.filter((one) => one.net === net))
  return nets.flatMap((wires) => [
    ...wires.map((wire) => path(wire, 'halo')),
    ...wires.map((wire) => path(wire, wire.hue)),
    ...branches(wires),
  ])
}

/** A pin on the edge of its box, with its name and where its wires go, written inside. `side` is that of the edge. */
export const pinRow = (x: number, y: number, side: Side, { name, note, hue, header }: Row, wired: boolean): string => {
  const inwards = side === 'left' ? 1 : -1
  const anchor = side === 'left' ? 'start' : 'end'
  const nameX = x + inwards * 16
  const noteX = nameX + inwards * (widthOf(name, fontPx) + 12)
  const kind = wired && hue === undefined ? 'd' : hue === undefined ? 'b' : `b f-${hue}`
  return [
    `<circle class="pin${hue === undefined ? '' : ` ${hue}`}" cx="${x}" cy="${y}" r="${header === undefined ? 5 : 10}" stroke-width="2"/>`,
    header === undefined ? '' : text(x, y + 4, String(header), 'n', 'middle'),
    text(nameX, y + 4, name, kind, anchor),
    note === '' ? '' : text(noteX, y + 4, note, hue === undefined ? 'd' : `s f-${hue}`, anchor),
  ].join('')
}
