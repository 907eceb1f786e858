import { s } from './dom.ts'
import type { MapView } from './gateway.ts'

type Point = readonly [number, number]

const width = 1_000
const height = 640
const margin = 90

/** Spherical Mercator, x to the east and y to the south, in radians. */
const mercator = ([lat, lng]: Point): Point => {
  const phi = (lat * Math.PI) / 180
  return [(lng * Math.PI) / 180, -Math.log(Math.tan(Math.PI / 4 + phi / 2))]
}

/** Longitudes on one side of the antimeridian, where the hexes are nearer to it than to Greenwich. */
const unwrapped = ({ hexes, links }: MapView): ((point: Point) => Point) => {
  const lngs = [...hexes.flatMap((hex) => hex.boundary), ...links.flatMap(({ from, to }) => [from, to])].map(
    ([, lng]) => lng,
  )
  const crosses = lngs.some((lng) => lng > 90) && lngs.some((lng) => lng < -90)
  return ([lat, lng]) => [lat, crosses && lng < 0 ? lng + 360 : lng]
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
const mean = (ring: readonly Point[]): Point => [
  ring.reduce((sum, [x]) => sum + x, 0) / ring.length,
  ring.reduce((sum, [, y]) => sum + y, 0) / ring.length,
]
/** Of Mercator radians at this y. */
const kilometres = (radians: number, y: number): number => (radians * 6371) / Math.cosh(y)

/** What stands this many times farther from the middle than half of the others is drawn at the edge. */
const farTimes = 4
const leastSpan = 1e-4

/** Puts points on the sheet: those near each other in full, those far away at the edge in their direction. */
const sheetOf = (centres: readonly Point[], rings: readonly Point[]) => {
  const [cx, cy] = [middle(centres.map(([x]) => x)), middle(centres.map(([, y]) => y))]
  const fromMiddle = ([x, y]: Point): number => Math.hypot(x - cx, y - cy)
  const reach = Math.max(farTimes * middle(centres.map(fromMiddle)), leastSpan)
  const near = [...centres, ...rings].filter((point) => fromMiddle(point) <= reach)
  const span = (i: 0 | 1): Point => [Math.min(...near.map((one) => one[i])), Math.max(...near.map((one) => one[i]))]
  const [[west, east], [north, south]] = [span(0), span(1)]
  const [wide, high] = [width - 2 * margin, height - 2 * margin]
  const scale = 1 / Math.max((east - west) / wide, (south - north) / high, leastSpan / wide)
  const put = ([x, y]: Point): Point => [
    width / 2 + (x - (west + east) / 2) * scale,
    height / 2 + (y - (north + south) / 2) * scale,
  ]
  const edge = margin / 2
  return {
    put,
    awayKm: (point: Point): number | null => (fromMiddle(point) > reach ? kilometres(fromMiddle(point), cy) : null),
    clamped: (point: Point): Point => {
      const [x, y] = put(point)
      const [dx, dy] = [x - width / 2, y - height / 2]
      const shrink = Math.min(1, (width / 2 - edge) / Math.abs(dx || 1), (height / 2 - edge) / Math.abs(dy || 1))
      return [width / 2 + dx * shrink, height / 2 + dy * shrink]
    },
  }
}

/** The hexes with devices, and the last epochs' links between them: green accepted, red dashed refused. */
export const drawMap = (view: MapView): SVGElement => {
  const unwrap = unwrapped(view)
  const hexes = view.hexes.map((hex) => ({ ...hex, ring: hex.boundary.map((point) => mercator(unwrap(point))) }))
  const centres = hexes.map(({ ring }) => mean(ring))
  const { put, clamped, awayKm } = sheetOf(
    centres,
    hexes.flatMap(({ ring }) => ring),
  )

  const hexShape = ({ ring, devices, cell }: (typeof hexes)[number]): SVGElement => {
    const centre = mean(ring)
    const away = awayKm(centre)
    const [x, y] = clamped(centre)
    const points = ring
      .map((point) =>
        put(point)
          .map((one) => one.toFixed(1))
          .join(','),
      )
      .join(' ')
    const on = devices.some(({ connected }) => connected) ? 'on' : 'off'
    const names = devices.map(({ name, words }) => name ?? words).join(', ')
    const label = away === null ? names : `${names}, ${Math.round(away)} km away`
    // Inside of the sheet, also at its edges.
    const anchor = x < width / 4 ? 'start' : x > (3 * width) / 4 ? 'end' : 'middle'
    return s(
      'g',
      {},
      away === null ? s('polygon', { points, class: on }, s('title', {}, `${cell}: ${names}`)) : null,
      s('circle', { cx: x, cy: y, r: 7, class: on }),
      s('text', { x, y: y < height / 8 ? y + 34 : y - 16, 'text-anchor': anchor }, label),
    )
  }
  const linkShape = ({ from, to, code, logIndex }: MapView['links'][number]): SVGElement => {
    // From west to east whoever sent: the dashes of both directions fall together, and stay dashes.
    const [[x1, y1], [x2, y2]] = [clamped(mercator(unwrap(from))), clamped(mercator(unwrap(to)))].sort(
      (a, b) => a[0] - b[0] || a[1] - b[1],
    ) as [[number, number], [number, number]]
    const line = s('line', { x1, y1, x2, y2, class: code === 'accepted' ? 'good' : 'bad' }, s('title', {}, code))
    return s('a', { href: `#/report/${logIndex}`, 'aria-label': `receipt ${logIndex}: ${code}` }, line)
  }
  // Accepted ones on top.
  const links = [...view.links].sort((a, b) => Number(a.code === 'accepted') - Number(b.code === 'accepted'))
  const label = `${hexes.length} hexes, ${links.length} links of the last epochs`
  return s(
    'svg',
    { class: 'map', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    ...links.map(linkShape),
    ...hexes.map(hexShape),
  )
}
