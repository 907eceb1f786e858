import type { Block, Witness } from '../../../device-sdk/protocol/index.ts'
import { challengeBytes } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { openEpochDesk } from '../../../gateway/epoch/index.ts'
import { placeOf } from '../../../gateway/registry/index.ts'
import { changeDevice, must } from '../harness.ts'
import { openTestIngest } from '../ingest/parts.ts'
import type { TestKey } from '../keys.ts'
import { signReport, someTimeS, testKey } from '../keys.ts'

const epochS = 60
export const alpha = testKey('alpha')
export const beta = testKey('beta')
export const liar = testKey('liar')
export const porch = testKey('porch')
const keys = [alpha, beta, liar, porch]

/** Each 1.5 km from the next: 14 dBm at 868.1 MHz arrive there with -81 dBm at most. */
const places = new Map([
  [alpha, { lat: 52.52, lng: 13.405, gainDbi: 0 }],
  [beta, { lat: 52.53, lng: 13.42, gainDbi: 0 }],
  [liar, { lat: 52.51, lng: 13.39, gainDbi: 0 }],
])
const freqKhz = 868_100

const nonceOf = (name: string): Uint8Array => sha256(Buffer.from(name)).slice(0, 16)

export const beacon = (name: string): Block => {
  const fixed = { type: 'beacon', radio: 'lora', freqKhz, dr: 5, txDdbm: 140, cell: '8c1f1d48851a9ff' } as const
  return { ...fixed, nonce: nonceOf(name) }
}

/** What `key` says it heard of the beacon that `from` sent under this name. */
export const heard = (from: TestKey, name: string, rssiDbm = -110): Witness => {
  const beaconId = sha256(challengeBytes(from.kid, nonceOf(name), sha256)).slice(0, 8)
  return { beaconId, dtMs: 0, rssiDdbm: rssiDbm * 10, snrDdb: 0, freqKhz, dr: 5 }
}

/** A gateway's ingest and epoch desk over a real store. The clock stands in epoch `first`, at the start of it. */
export const openScene = (budget = 9_000n) => {
  const parts = openTestIngest(keys)
  for (const [key, place] of places) changeDevice(parts.registry, key.kid, { place: must(placeOf(place)) })
  const first = Math.floor(someTimeS / epochS)
  const clock = { ms: first * epochS * 1000 }
  const deps = { store: parts.store, registry: parts.registry, epochS, budget, now: () => clock.ms }
  const desk = openEpochDesk(deps)
  let seq = 0
  const report = async (key: TestKey, ...blocks: readonly Block[]): Promise<string | undefined> =>
    (await parts.take(key, signReport(key, { seq: seq++, blocks })))[0]
  const pass = (epochs = 1): void => {
    clock.ms += epochs * epochS * 1000
  }
  return { ...parts, desk, deps, clock, first, report, pass }
}
