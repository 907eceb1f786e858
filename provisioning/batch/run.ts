import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { deviceFiles, readTrustFile } from '../../device-sdk/link/index.ts'
import type { Failure, Result } from '../../device-sdk/protocol/index.ts'
import { fail, fromHex, ok } from '../../device-sdk/protocol/index.ts'
import { entropyTipOf } from '../entropy-tip.ts'
import type { GatewayClient } from '../gateway-client.ts'
import type { Facts } from '../gateway-facts.ts'
import { readLocation } from '../location.ts'
import { wordsOfKey } from '../proof.ts'
import type { Provisioned } from '../provision.ts'
import { provisionLocal, saveTrust } from '../provision.ts'
import type { Claimant } from '../register.ts'
import type { Entry, Journal } from './journal.ts'
import { locate } from './locate.ts'
import type { Place, Row } from './rows.ts'

export type BatchOptions = {
  readonly out: string
  readonly softwareVersion: string
  readonly claimant: Claimant | null
}
/** What became of a row. `kept`: it was done before, and its registration still holds. */
export type Outcome = { readonly line: number; readonly name: string } & (
  | { readonly state: 'made' | 'kept'; readonly kid: string; readonly words: string }
  | { readonly state: 'failed'; readonly error: Failure }
)

export type Deps = { readonly client: GatewayClient; readonly facts: Facts; readonly journal: Journal }

/** Pins on the device's folder where it stands now. */
const pinCell = async (client: GatewayClient, dir: string, cell: string | null): Promise<Result<null>> => {
  if (cell === null) return ok(null)
  const trust = readTrustFile(dir)
  if (!trust.ok) return trust
  const entropyTip = trust.value.entropyTip ?? (await entropyTipOf(client, true))
  return saveTrust(dir, { ...trust.value, entropyTip, cell })
}

const provisionRow = async (
  deps: Deps,
  dir: string,
  name: string,
  place: Place | null,
  { softwareVersion, claimant }: BatchOptions,
): Promise<Result<Provisioned>> => {
  const place0 = place === null ? ok(null) : readLocation(place.lat, place.lng, place.gain, place.height)
  // Why first: a row with a wrong place makes no key.
  if (!place0.ok) return place0
  const byHost = place !== null && claimant === null
  const made = await provisionLocal(deps.client, {
    dir,
    name,
    softwareVersion,
    ...(claimant === null ? {} : { claimant }),
    ...(byHost ? { place: { lat: Number(place.lat), lng: Number(place.lng), gainDbi: Number(place.gain) } } : {}),
  })
  if (!made.ok) return made
  if (made.value.waiting) return fail('owner/missing', 'a batch is signed by a key that is here')
  const located =
    place === null || claimant === null ? ok(null) : await locate(deps, dir, made.value.kid, place, claimant)
  const pinned = located.ok ? await pinCell(deps.client, dir, located.value) : located
  return pinned.ok ? ok(made.value) : pinned
}

export const doneBefore = ({ kid, publicKey }: Entry, row: Row): Outcome => ({
  line: row.line,
  name: row.name,
  state: 'kept',
  kid,
  words: wordsOfKey(fromHex(publicKey) ?? new Uint8Array(33)),
})

/**
 * One row. Every step finds out whether it was done: the key is made once, a device registers once, a place is asserted once. So a
 * run that was killed anywhere is simply run again. A folder that went away after its row was done is not made anew.
 */
const doRow = async (deps: Deps, row: Row, options: BatchOptions): Promise<Outcome> => {
  const { line, name } = row
  const failed = (error: Failure): Outcome => ({ line, name, state: 'failed', error })
  if (row.failure !== null) return failed(row.failure)
  const dir = join(options.out, name)
  const before = deps.journal.entries.get(name)
  if (before !== undefined && before.gateway !== deps.facts.kid) {
    return failed({ code: 'device/other-gateway', detail: `${name} was made for gateway ${before.gateway}` })
  }
  if (before !== undefined && !existsSync(deviceFiles(dir).key)) return doneBefore(before, row)
  const made = await provisionRow(deps, dir, name, row.place, options)
  if (!made.ok) return failed({ code: made.error.code, detail: `line ${line}: ${made.error.detail ?? name}` })
  const { kid, words, publicKey, net, gateway, registered } = made.value
  if (before === undefined) deps.journal.add({ name, kid, publicKey, net, gateway })
  return { line, name, state: before === undefined || registered ? 'made' : 'kept', kid, words }
}

/** Makes every device of a list, one after the other. A bad row stops nothing; a gateway that is away ends the run. */
export const runBatch = async (
  deps: Deps,
  rows: readonly Row[],
  options: BatchOptions,
  tell: (outcome: Outcome) => void,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const row of rows) {
    const outcome = await doRow(deps, row, options)
    outcomes.push(outcome)
    tell(outcome)
    if (outcome.state === 'failed' && outcome.error.code === 'gateway/unreachable') break
  }
  return outcomes
}
