import type { Child } from './dom.ts'
import { h, section, table } from './dom.ts'
import type { Meaning, Verdict } from './gateway.ts'
import { get } from './gateway.ts'

type Proof = {
  readonly logIndex: number
  readonly kid: string
  readonly code: string
  readonly receivedMs: number
  readonly message: string
  readonly report: { readonly blocks: readonly Readonly<Record<string, unknown>>[] } | null
}
type Shares = {
  readonly shares: readonly { readonly kid: string; readonly amount: string; readonly proof: readonly string[] }[]
  readonly root: string
}

const rounded = (value: number): string => String(Math.round(value * 100) / 100)

/** Measured against threshold as a bar with a mark, over the range that holds both. */
const gauge = ({ measured, threshold, unit, code }: Verdict): Child => {
  if (measured === null || threshold === null) return null
  const [low, high] = [Math.min(measured, threshold), Math.max(measured, threshold)]
  const room = Math.max((high - low) * 0.5, Math.abs(high) * 0.05, 1)
  const at = (value: number): string => `${(((value - low + room) / (high - low + 2 * room)) * 100).toFixed(1)}%`
  const bar = h(
    'div',
    { class: 'bar' },
    h('i', { style: `width:${at(measured)}` }),
    h('b', { style: `left:${at(threshold)}` }),
  )
  const isMost = code === 'accepted' ? measured <= threshold : measured > threshold
  const side = isMost ? 'at most' : 'at least'
  const text = `${rounded(measured)} ${unit ?? ''} measured, ${side} ${rounded(threshold)} ${unit ?? ''} passes`
  return h(
    'div',
    { class: `gauge ${code === 'accepted' ? 'good' : 'bad'}`, role: 'img', 'aria-label': text },
    bar,
    text,
  )
}

const verdictView = (verdict: Verdict, meanings: Readonly<Record<string, Meaning>>): HTMLElement => {
  const { code, kind, beaconId, epoch, flip } = verdict
  const known = meanings[code]
  const good = code === 'accepted'
  return h(
    'section',
    { class: `verdict ${good ? 'good' : 'bad'}` },
    h('h2', { class: good ? 'good' : 'bad' }, `${kind} ${good ? 'accepted' : `refused: ${code}`}`),
    gauge(verdict),
    h('p', {}, good ? 'Accepted by every rule.' : (known?.meaning ?? '')),
    h('p', {}, `What would have turned it: ${flip}.`),
    good ? null : h('p', {}, `What to do: ${known?.next ?? ''}`),
    h('p', { class: 'quiet' }, 'beacon ', h('code', {}, beaconId), `, judged in epoch ${epoch}`),
  )
}

const blockText = (block: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(block, null, 1).replaceAll('"', '')

const details = (summary: string, text: string): HTMLElement =>
  h('details', {}, h('summary', {}, summary), h('pre', {}, text))

const kindsOf = (report: Proof['report']): string => (report?.blocks ?? []).map(({ type }) => String(type)).join(', ')

/** What was refused first. */
const byFate = (a: Verdict, b: Verdict): number => Number(a.code === 'accepted') - Number(b.code === 'accepted')

const shareView = async (epoch: number | undefined, kid: string): Promise<Child> => {
  if (epoch === undefined) return null
  const { shares, root } = await get<Shares>(`/v1/epochs/${epoch}`)
  const share = shares.find((one) => one.kid === kid)
  if (share === undefined) return section(`Share in epoch ${epoch}`, h('p', {}, 'none'))
  return section(
    `Share in epoch ${epoch}`,
    table(
      [],
      [
        ['amount', h('strong', {}, share.amount)],
        ['Merkle root', h('code', {}, root)],
        ['proof', details(`${share.proof.length} hashes`, share.proof.join('\n') || 'none needed: the only leaf')],
      ],
    ),
  )
}

/** One report with its verdicts: measured, threshold, reason, what to do, and the proof. */
export const receiptPage = async (logIndex: string): Promise<HTMLElement[]> => {
  const [proof, { verdicts }, { codes }] = await Promise.all([
    get<Proof>(`/v1/reports/${logIndex}`),
    get<{ readonly verdicts: readonly Verdict[] }>(`/v1/reports/${logIndex}/verdicts`),
    get<{ readonly codes: Readonly<Record<string, Meaning>> }>('/v1/codes'),
  ])
  const { kid, code, receivedMs, message, report } = proof
  const good = code === 'accepted'
  const check = `curl -s ${location.origin}/v1/reports/${logIndex} | python3 docs/verify.py`
  const overview = section(
    `Receipt #${logIndex}`,
    table(
      [],
      [
        ['device', h('span', { class: 'kid' }, kid)],
        ['received', new Date(receivedMs).toLocaleString()],
        ['as a message', h('strong', { class: good ? 'good' : 'bad' }, code)],
        ...(good
          ? []
          : [
              ['why', codes[code]?.meaning ?? ''],
              ['what to do', codes[code]?.next ?? ''],
            ]),
        ['report', details(kindsOf(report), (report?.blocks ?? []).map(blockText).join('\n'))],
      ],
    ),
  )
  const judged = verdicts.toSorted(byFate).map((verdict) => verdictView(verdict, codes))
  const waiting =
    judged.length > 0 || !(report?.blocks ?? []).some(({ type }) => type === 'beacon' || type === 'witness')
  const share = await shareView(verdicts[0]?.epoch, kid)
  return [
    overview,
    ...(waiting ? judged : [section('Coverage', h('p', {}, 'is judged when the epoch closes; come back then.'))]),
    ...(share instanceof HTMLElement ? [share] : []),
    section(
      'Proof',
      h('p', {}, 'Signed by the device; check it without our code:'),
      h('pre', {}, check),
      details('COSE_Sign1, in hex', message),
    ),
  ]
}
