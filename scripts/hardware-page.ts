import { drawBoard, readCatalog, wiringsOf } from '../hardware/index.ts'

/** The drawings that the documentation shows: one of each kind of board, by file name in docs/wiring. */
const shown = [
  ['rpi-4', 'hotspot'],
  ['uno', 'weather-node'],
  ['espruino-wifi', 'weather-node'],
  ['esp32-devkitc', 'energy-meter'],
] as const

const catalog = () => {
  const read = readCatalog()
  if (!read.ok) throw new Error(`${read.error.code}: ${read.error.detail}`)
  return read.value
}

export const drawings = (): ReadonlyMap<string, string> => {
  const { boards, parts, wirings } = catalog()
  return new Map(
    shown.map(([id, app]) => {
      const board = boards.get(id)
      const wiring = [...wirings.values()].find((one) => one.app === app && one.boards.includes(id))
      if (board === undefined || wiring === undefined) throw new Error(`nothing to draw: ${app} on ${id}`)
      return [`${app}-${id}.svg`, drawBoard(board, { wiring, parts })]
    }),
  )
}

const [start, end] = ['<!-- boards: npm run hardware -->\n', '<!-- end -->']

/** docs/hardware.md with its table of boards made anew. */
export const withTable = (page: string): string => {
  const all = catalog()
  const rows = [...all.boards.values()].map((board) => {
    const apps = wiringsOf(all, board.id).map(({ app }) => app)
    return `| \`${board.id}\` | ${board.name} | ${board.runtime} | ${board.logic.volts} V | ${board.tested} | ${apps.join(', ')} |`
  })
  const table = [
    '| board | name | runtime | logic | tested | carries |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error('docs/hardware.md has lost the marks of its table')
  return `${page.slice(0, from)}${start}${table.join('\n')}\n${page.slice(to)}`
}
