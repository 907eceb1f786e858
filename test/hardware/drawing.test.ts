import { describe, expect, it } from 'vitest'
import { drawBoard, readCatalog } from '../../hardware/index.ts'

const catalog = readCatalog()
if (!catalog.ok) throw new Error(catalog.error.detail)
const { boards, parts, wirings } = catalog.value

const drawn = [...boards.values()].flatMap((board) => [
  { name: board.id, svg: drawBoard(board), wires: 0 },
  ...[...wirings.values()]
    .filter((wiring) => wiring.boards.includes(board.id))
    .map((wiring) => ({
      name: `${wiring.app} on ${board.id}`,
      svg: drawBoard(board, { wiring, parts }),
      wires: wiring.wires.length,
    })),
])

type Box = {
  readonly words: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const sizes: { readonly [kind: string]: number } = { t: 19, d: 12, s: 12, n: 11 }

/** The boxes that the texts fill, in a font of one width. */
const textBoxes = (svg: string): Box[] =>
  [...svg.matchAll(/<text class="([^"]+)" x="([\d.]+)" y="([\d.]+)"(?: text-anchor="(\w+)")?>([^<]*)</g)].map(
    ([, kind = '', x, y, anchor, words = '']) => {
      const size = sizes[kind.split(' ')[0] ?? ''] ?? 13
      const width = words.replaceAll(/&\w+;/g, '&').length * size * 0.602
      const left = anchor === 'end' ? Number(x) - width : anchor === 'middle' ? Number(x) - width / 2 : Number(x)
      return { words, x: left, y: Number(y) - size * 0.8, width, height: size }
    },
  )

const meet = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

type Stretch = { readonly hue: string; readonly from: readonly number[]; readonly to: readonly number[] }

/** The straight stretches of all wires but those of the legend. */
const stretches = (svg: string): Stretch[] =>
  [...svg.matchAll(/<path class="(\w+)" d="M([^"h]+)"/g)]
    .filter(([, hue]) => hue !== 'halo')
    .flatMap(([, hue = '', d = '']) => {
      const points = d.split('L').map((point) => point.split(' ').map(Number))
      return points.slice(1).map((to, i) => ({ hue, from: points[i] ?? to, to }))
    })

const along = (a: Stretch, b: Stretch): boolean =>
  [0, 1].some((axis) => {
    const other = 1 - axis
    const [a0 = 0, a1 = 0, b0 = 0, b1 = 0] = [a.from, a.to, b.from, b.to].map((point) => point[other])
    const level = [a.from, a.to, b.from, b.to].every((point) => point[axis] === a.from[axis])
    return level && Math.max(a0, a1) > Math.min(b0, b1) && Math.max(b0, b1) > Math.min(a0, a1)
  })

describe('drawings', () => {
  it.each(drawn.map(({ name, svg }) => [name, svg]))('%s: no text lies on a text, or outside the paper', (_, svg) => {
    const boxes = textBoxes(svg)
    const [, width = 0, height = 0] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)?.map(Number) ?? []
    expect(boxes.length).toBeGreaterThan(4)
    const clashes = boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter((b) => meet(a, b))
        .map((b) => `${a.words} | ${b.words}`),
    )
    expect(clashes).toEqual([])
    expect(boxes.filter(({ x, y, width: w, height: h }) => x < 0 || y < 0 || x + w > width || y + h > height)).toEqual(
      [],
    )
  })

  it.each(drawn.map(({ name, svg }) => [name, svg]))(
    '%s: no wire runs along a wire of another colour, or through a text',
    (_, svg) => {
      const all = stretches(svg)
      const clashes = all.flatMap((a, i) =>
        all
          .slice(i + 1)
          .filter((b) => a.hue !== b.hue && along(a, b))
          .map((b) => [a, b]),
      )
      expect(clashes).toEqual([])
      const boxes = textBoxes(svg)
      const through = all.flatMap(({ from, to }) => {
        const [x = 0, y = 0] = [Math.min(from[0] ?? 0, to[0] ?? 0), Math.min(from[1] ?? 0, to[1] ?? 0)]
        const line = {
          words: '',
          x,
          y,
          width: Math.abs((from[0] ?? 0) - (to[0] ?? 0)),
          height: Math.abs((from[1] ?? 0) - (to[1] ?? 0)),
        }
        // The number in a pin stands on the end of its wire.
        return boxes.filter(({ words }) => !/^\d+$/.test(words)).filter((box) => meet(box, line))
      })
      expect(through).toEqual([])
    },
  )

  it('has every wire once in the picture and once in the legend', () => {
    for (const { name, svg, wires } of drawn) {
      expect([name, svg.match(/class="halo"/g)?.length ?? 0]).toEqual([name, wires])
      expect([name, svg.match(/h28"/g)?.length ?? 0]).toEqual([name, wires])
    }
  })

  it('says at both ends of a wire where it goes', () => {
    const svg = drawn.find(({ name }) => name === 'weather-node on rpi-4')?.svg ?? ''
    expect(svg).toContain('>4 weather SDI, 8 light SDA</text>')
    expect(svg).toContain('>4 GPIO2 (3)</text>')
    expect(svg).toContain('>4  GPIO2 (3) - weather SDI</text>')
  })

  it('shows words of a file as words', () => {
    const board = { ...[...boards.values()][0], name: '<script>"&' } as Parameters<typeof drawBoard>[0]
    expect(drawBoard(board)).not.toContain('<script>')
    expect(drawBoard(board)).toContain('&lt;script&gt;')
  })

  it('follows a light and a dark theme, and loads nothing', () => {
    for (const { svg } of drawn) {
      expect(svg).toContain('prefers-color-scheme:dark')
      expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|url\(|@import|<script/)
    }
  })
})
