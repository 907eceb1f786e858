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

/** The hexes with devices, and the last epoch's links between them: green accepted, red dashed refused. */
export const drawMap = (view: MapView): SVGElement => {
  const unwrap = unwrapped(view)
  const projected = view.hexes.map((hex) => ({ ...hex, ring: hex.boundary.map((point) => mercator(unwrap(point))) }))
  const links = view.links.map((link) => ({ ...link, a: mercator(unwrap(link.from)), b: mercator(unwrap(link.to)) }))
  const all = [...projected.flatMap(({ ring }) => ring), ...links.flatMap(({ a, b }) => [a, b])]
  const xs = all.map(([x]) => x)
  const ys = all.map(([, y]) => y)
  const [west, north] = [Math.min(...xs), Math.min(...ys)]
  const span = Math.max(
    (Math.max(...xs) - west) / (width - 2 * margin),
    (Math.max(...ys) - north) / (height - 2 * margin),
  )
  const scale = span > 0 ? 1 / span : 1
  const place = ([x, y]: Point): Point => [margin + (x - west) * scale, margin + (y - north) * scale]

  const hexShape = ({ ring, devices, cell }: (typeof projected)[number]): SVGElement => {
    const placed = ring.map(place)
    const [cx, cy] = [0, 1].map((i) => placed.reduce((sum, point) => sum + (point[i] ?? 0), 0) / placed.length)
    const points = placed.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
    const on = devices.some(({ connected }) => connected)
    const names = devices.map(({ name, words }) => name ?? words).join(', ')
    return s(
      'g',
      {},
      s('polygon', { points, class: on ? 'on' : 'off' }, s('title', {}, `${cell}: ${names}`)),
      s('circle', { cx: cx ?? 0, cy: cy ?? 0, r: 4, fill: 'currentColor' }),
      s('text', { x: cx ?? 0, y: (cy ?? 0) - 14, 'font-size': 22 }, names),
    )
  }
  const linkShape = ({ a, b, code }: (typeof links)[number]): SVGElement => {
    const [[x1, y1], [x2, y2]] = [place(a), place(b)]
    return s('line', { x1, y1, x2, y2, class: code === 'accepted' ? 'good' : 'bad' }, s('title', {}, code))
  }
  const label = `${projected.length} hexes, ${links.length} links of the last epochs`
  return s(
    'svg',
    { class: 'map', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    ...links.map(linkShape),
    ...projected.map(hexShape),
  )
}
