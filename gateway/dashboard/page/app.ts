import { openDemo } from './demo.ts'
import { byId, h, section, table } from './dom.ts'
import { openFeed } from './feed.ts'
import type { DeviceRow, LiveEvent, MapView } from './gateway.ts'
import { follow, GatewayError, get, keepToken } from './gateway.ts'
import { drawMap } from './map.ts'
import { receiptPage } from './receipt.ts'

type Epoch = {
  readonly epoch: number
  readonly root: string
  readonly budget: string
  readonly paid: string
  readonly closedMs: number
}

const names = new Map<string, string>()
const nameOf = (kid: string): string => names.get(kid) ?? kid
const feed = openFeed(nameOf)
const refreshMs = 3_000

const part = (paid: string, budget: string): string =>
  budget === '0' ? '0 %' : `${Number((BigInt(paid) * 1000n) / BigInt(budget)) / 10} %`

const deviceRow = ({ kid, words, name, status, connected }: DeviceRow): (HTMLElement | string)[] => [
  name ?? words,
  h('span', { class: 'kid' }, kid),
  status,
  h('span', { class: connected ? 'good' : 'quiet' }, connected ? 'connected' : 'away'),
]

/** The pieces of the overview that are drawn again while it is open. */
const overview = async (): Promise<HTMLElement[]> => {
  const [{ devices }, map, { epochs }, { reports, verdicts }] = await Promise.all([
    get<{ readonly devices: readonly DeviceRow[] }>('/v1/devices'),
    get<MapView>('/v1/map'),
    get<{ readonly epochs: readonly Epoch[] }>('/v1/epochs?limit=5'),
    get<{ readonly reports: Readonly<Record<string, number>>; readonly verdicts: Readonly<Record<string, number>> }>(
      '/v1/counts',
    ),
  ])
  for (const { kid, name, words } of devices) names.set(kid, name ?? words)
  const counts = (title: string, of: Readonly<Record<string, number>>): HTMLElement =>
    section(
      title,
      table(
        [],
        Object.entries(of).map(([code, n]) => [
          h('span', { class: code === 'accepted' ? 'good' : 'bad' }, code),
          String(n),
        ]),
      ),
    )
  return [
    section(
      'Coverage',
      map.hexes.length > 0 ? drawMap(map) : h('p', {}, 'No place is asserted yet.'),
      h(
        'p',
        { class: 'legend' },
        'Who heard whom in the last epochs: ',
        h('span', { class: 'good' }, 'accepted'),
        ', ',
        h('span', { class: 'bad' }, 'refused (dashed)'),
        '. A line leads to its receipt.',
      ),
    ),
    section('Live', feed.list),
    section('Devices', table(['name', 'kid', 'status', 'link'], devices.map(deviceRow))),
    section(
      'Epochs',
      table(
        ['epoch', 'closed', 'paid', 'Merkle root'],
        epochs.map(({ epoch, closedMs, paid, budget, root }) => [
          String(epoch),
          new Date(closedMs).toLocaleTimeString(),
          h('span', { title: `${paid} of ${budget}` }, part(paid, budget)),
          h('code', { title: root }, `${root.slice(0, 10)}…`),
        ]),
      ),
    ),
    counts('Reports', reports),
    counts('Coverage verdicts', verdicts),
  ]
}

const askForToken = (): HTMLElement => {
  const field = h('input', { type: 'password', 'aria-label': 'admin token', autocomplete: 'off' }) as HTMLInputElement
  const use = (): void => {
    keepToken(field.value)
    void show()
  }
  return section(
    'Reading needs the token',
    h('p', {}, "It stands in the file admin-token of the gateway's data folder."),
    field,
    h('button', { type: 'button', click: use }, 'Read'),
  )
}

const failed = (error: unknown): HTMLElement => {
  if (error instanceof GatewayError && error.code === 'api/unauthorised') return askForToken()
  return section('Not to be had', h('p', { class: 'bad' }, error instanceof Error ? error.message : String(error)))
}

const show = async (): Promise<void> => {
  const report = /^#\/report\/([0-9]+)/.exec(location.hash)?.[1]
  const scrolled = feed.list.scrollTop
  try {
    byId('main').replaceChildren(...(report === undefined ? await overview() : await receiptPage(report)))
  } catch (error) {
    // While the gateway is away, what it said last stays; the status says that it is away.
    if (error instanceof GatewayError || byId('main').children.length === 0) byId('main').replaceChildren(failed(error))
  }
  feed.list.scrollTop = scrolled
}

const isOverview = (): boolean => !location.hash.startsWith('#/report/')

const take = (event: LiveEvent): void => {
  feed.take(event)
  if (event.event === 'epoch') void show()
}

const about = async (): Promise<void> => {
  const { kid, net, verifier } = await get<{ kid: string; net: number; verifier: string }>('/v1/gateway')
  byId('gateway').textContent = `gateway ${kid}, network ${net}, verified by ${verifier}`
}

openDemo()
void about().catch(() => {})
void show()
addEventListener('hashchange', () => void show())
setInterval(() => {
  if (isOverview() && !document.hidden) void show()
}, refreshMs)
void follow(take, (connected) => {
  byId('status').textContent = connected ? 'live' : 'the gateway is away; trying again'
  byId('status').className = connected ? 'good' : 'bad'
})
