import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import type { Explained, Why } from '../hotspot.ts'
import { kidOfFolder, pinCell, previewOf, whyOf } from '../hotspot.ts'
import { readLocation } from '../location.ts'
import type { Done, Waiting } from '../owner/perform.ts'
import type { ActOptions } from './acts.ts'
import { doWish, finishAct, reach } from './acts.ts'
import { askYes } from './prompts.ts'

type OfHotspot = { readonly dir: string; readonly kid?: string }
type AssertOptions = ActOptions & OfHotspot & { readonly gain: string; readonly height: string; readonly yes?: true }

const kidOf = ({ kid, dir }: OfHotspot): Result<string> => (kid === undefined ? kidOfFolder(dir) : ok(kid))

const confirmed = async (words: string, options: AssertOptions, console: Console): Promise<Result<null>> => {
  if (options.yes === true) {
    console.say(words)
    return ok(null)
  }
  const answer = await askYes(`${words}; go on?`)
  return answer === true ? ok(null) : fail('hotspot/not-confirmed', words)
}

const assert = async (
  lat: string,
  lng: string,
  options: AssertOptions,
  console: Console,
): Promise<Result<Waiting | Done>> => {
  const place = readLocation(lat, lng, options.gain, options.height)
  if (!place.ok) return place
  const kid = kidOf(options)
  if (!kid.ok) return kid
  const at = await reach(kid.value, options)
  if (!at.ok) return at
  const { client, device } = at.value
  const preview = await previewOf(client, kid.value, place.value.cell)
  if (!preview.ok) return preview
  const yes = await confirmed(preview.value.words, options, console)
  if (!yes.ok) return yes
  const done = await doWish(client, device, { verb: 'location', ...place.value }, options)
  if (!done.ok || done.value.waiting) return done
  const pinned = await pinCell(client, options.dir, kid.value, place.value.cell)
  return pinned.ok ? done : pinned
}

const cellIn = ({ place }: Document): string =>
  typeof place === 'object' && place !== null && 'cell' in place ? String(place.cell) : ''

/** Shows what a place is worth, asks, and asserts it with the owner's signature. */
export const assertPlace = async (lat: string, lng: string, options: AssertOptions, console: Console): Promise<void> =>
  finishAct(await assert(lat, lng, options, console), options, console, (device) => [
    `${String(device.kid)} stands in H3 cell ${cellIn(device)} from now on, ${options.gain} dBi, ${options.height} m`,
  ])

type Coverage = {
  readonly kid: string
  readonly epochs: { readonly count: number }
  readonly heardBy: readonly string[]
  readonly hears: readonly string[]
  readonly submissions: readonly { readonly kind: string; readonly code: string; readonly n: number }[]
  readonly near: number | null
  readonly gnss: { readonly says: string; readonly distanceM: number } | null
}

const coverageLines = ({ epochs, heardBy, hears, submissions, near, gnss }: Coverage): string[] => [
  `heard by ${heardBy.length} · hears ${hears.length} · in ${epochs.count} epochs`,
  near === null
    ? '  no place is asserted: hexfix hotspot assert LAT LNG'
    : `  ${near} other active devices stand within 10 km`,
  ...(gnss === null ? [] : [`  its own GNSS ${gnss.says} the asserted place, ${Math.round(gnss.distanceM)} m off`]),
  ...submissions.map(({ kind, code, n }) => `  ${String(n).padStart(6)}  ${kind.padEnd(7)}  ${code}`),
]

export const showCoverage = async (
  given: string | undefined,
  options: GatewayOptions & OfHotspot & { readonly epochs: number },
  console: Console,
): Promise<void> => {
  const kid = given === undefined ? kidOf(options) : ok(given)
  const client = kid.ok ? openGatewayClient(options) : kid
  const answer =
    client.ok && kid.ok ? await client.value.get(`/v1/devices/${kid.value}/coverage?epochs=${options.epochs}`) : client
  console.finish(answer as Result<Document & Coverage>, coverageLines)
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10)

const measureOf = ({ measured, threshold, unit, margin, code }: Explained): string => {
  if (measured === null || threshold === null) return ''
  const isOver = (margin ?? 0) < 0 ? measured > threshold : measured <= threshold
  const side = code === 'accepted' || margin !== undefined ? (isOver ? 'at most' : 'at least') : 'threshold'
  return `: ${rounded(measured)} ${unit ?? ''} measured, ${side} ${rounded(threshold)}`
}

const verdictLines = (verdict: Explained): string[] => {
  const { code, kind, beaconId, epoch, flip, likely, meaning, next } = verdict
  const end = code === 'accepted' ? 'accepted' : `rejected, ${code}`
  return [
    `${kind} ${beaconId}: ${end}${measureOf(verdict)}`,
    `  epoch     ${epoch}`,
    ...(code === 'accepted' ? [] : [`  why       ${meaning}`]),
    ...likely.map((cause, i) => `${i === 0 ? '  likely    ' : '  or        '}${cause}`),
    `  turned by ${flip}`,
    ...(code === 'accepted' ? [] : [`  to fix    ${next}`]),
  ]
}

const whyLines = ({ receipt, kid, code, meaning, next, verdicts, waits }: Why): string[] => [
  `receipt #${receipt} of ${kid}: ${code}`,
  ...(code === 'accepted' ? [] : [`  why       ${meaning}`, `  to fix    ${next}`]),
  ...verdicts.flatMap(verdictLines),
  ...(waits ? ['its coverage is judged when the epoch closes; ask again then'] : []),
]

export const explainReceipt = async (receipt: number, options: GatewayOptions, console: Console): Promise<void> => {
  const client = openGatewayClient(options)
  console.finish(client.ok ? await whyOf(client.value, receipt) : client, whyLines)
}
