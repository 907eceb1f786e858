/** A drawing measures itself: in a font of one width a text is as long as its letters. */
export const fontPx = 13
export const smallPx = 12
export const titlePx = 19
export const rowPx = 24

export const widthOf = (text: string, px: number): number => Math.ceil(text.length * px * 0.61)

export type Side = 'left' | 'right'
export type Point = readonly [x: number, y: number]

/** A wire in the picture. `hue` is the class of its colour; wires of one net may lie on one another. */
export type Strand = { readonly net: number; readonly hue: string; readonly points: readonly Point[] }

/** What a wire needs of the router: where it starts and ends, and on which side of the board each lies. */
export type Run = {
  readonly number: number
  readonly net: number
  readonly hue: string
  readonly from: { readonly side: Side; readonly y: number }
  readonly to: { readonly side: Side; readonly y: number }
  /** Whether `from` is a pin of the board, and so lies on the inner edge of the channel. */
  readonly inner: boolean
}

const trackPx = 12
const marginPx = 18

/** The width of the channel between the board and the parts of a side. */
export const channelPx = (runs: readonly Run[], side: Side): number => {
  const through = runs.filter(({ from, to }) => from.side === side || to.side === side).length
  return through === 0 ? 0 : (through + 1) * trackPx + 2 * marginPx
}

/** Where each run bends in the channel of a side, counted from the board. Runs that go the same way do not cross. */
const tracks = (runs: readonly Run[], side: Side): ReadonlyMap<number, number> => {
  const through = runs.filter(({ from, to }) => from.side === side || to.side === side)
  const start = ({ from, to }: Run): number => (from.side === side ? from.y : to.y)
  const crosses = ({ from, to }: Run): boolean => from.side !== to.side
  const falls = (run: Run): boolean => !crosses(run) && run.to.y >= run.from.y
  const down = through.filter(falls).sort((a, b) => start(b) - start(a))
  const up = through.filter((run) => !falls(run)).sort((a, b) => start(a) - start(b))
  return new Map([...up, ...down].map(({ number }, i) => [number, marginPx + (i + 1) * trackPx]))
}

export type Frame = {
  /** The edges of the board and of the parts on each side. */
  readonly board: { readonly left: number; readonly right: number }
  readonly parts: { readonly left: number; readonly right: number }
  /** The lowest lane above the board. */
  readonly laneY: number
}

/** Lays each run in tracks of its own, so that no two wires of different nets lie on one another. */
export const route = (runs: readonly Run[], frame: Frame): Strand[] => {
  const bends = { left: tracks(runs, 'left'), right: tracks(runs, 'right') }
  const bendX = (side: Side, number: number): number => {
    const bend = bends[side].get(number) ?? 0
    return side === 'left' ? frame.board.left - bend : frame.board.right + bend
  }
  let lane = 0
  return runs.map(({ number, net, hue, from, to, inner }): Strand => {
    const start: Point = [inner ? frame.board[from.side] : frame.parts[from.side], from.y]
    const end: Point = [frame.parts[to.side], to.y]
    const near = bendX(from.side, number)
    if (from.side === to.side) return { net, hue, points: [start, [near, from.y], [near, to.y], end] }
    const y = frame.laneY - lane * trackPx
    lane += 1
    const far = bendX(to.side, number)
    return { net, hue, points: [start, [near, from.y], [near, y], [far, y], [far, to.y], end] }
  })
}
