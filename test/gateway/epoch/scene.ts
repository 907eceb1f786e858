import type { Block, Witness } from '../../../device-sdk/protocol/index.ts'
import { beaconNonce, deriveChallenge, regions } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import type { Ruleset } from '../../../gateway/coverage/index.ts'
import { firstCoverage } from '../../../gateway/coverage/index.ts'
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
const [region] = regions
if (region === undefined) throw new Error('no region')
const entropyValue = new Uint8Array(32).fill(5)
const beaconBoot = 9

/** The pair that tells of the beacon of this name, so that whoever hears it can be written before it is sent. */
const pairOf = (name: string) => {
  const [high = 0, low = 0] = sha256(Buffer.from(name))
  return { boot: beaconBoot, seq: high * 256 + low }
}
const derived = (from: TestKey, name: string) => {
  const nonce = beaconNonce(entropyValue, from.kid, pairOf(name), sha256)
  return { nonce, ...deriveChallenge(entropyValue, from.kid, nonce, region, sha256) }
}

/** A beacon that `from` sends as the entropy wants it; reported with `reportBeacon`, under the pair of its name. */
const beaconOf = (from: TestKey, name: string): Block => {
  const { nonce, freqKhz, dr, eirpDdbm } = derived(from, name)
  return { type: 'beacon', radio: 'lora', nonce, freqKhz, dr, txDdbm: eirpDdbm, cell: '8c1f1d48851a9ff' }
}

/** What `key` says it heard of the beacon that `from` sent under this name. */
export const heard = (from: TestKey, name: string, rssiDbm = -110): Witness => {
  const { frame, freqKhz, dr } = derived(from, name)
  return { beaconId: sha256(frame).slice(0, 8), dtMs: 0, rssiDdbm: rssiDbm * 10, snrDdb: 0, freqKhz, dr }
}

/** A report under the pair of a beacon's name. */
export const signBeacon = (key: TestKey, name: string, ...more: readonly Block[]): Uint8Array =>
  signReport(key, { ...pairOf(name), blocks: [beaconOf(key, name), ...more] })

/** A gateway's ingest and epoch desk over a real store. The clock stands in epoch `first`, at the start of it. */
export const openScene = (budget = 9_000n, ruleset: Ruleset = firstCoverage, halvingEpochs?: number) => {
  const parts = openTestIngest(keys)
  for (const [key, place] of places) changeDevice(parts.registry, key.kid, { place: must(placeOf(place)) })
  const first = Math.floor(someTimeS / epochS)
  const clock = { ms: first * epochS * 1000 }
  parts.store.entropy.release({ index: 0, value: entropyValue, releasedMs: someTimeS * 1000 })
  const deps = {
    store: parts.store,
    registry: parts.registry,
    epochS,
    budget,
    halvingEpochs,
    ruleset,
    now: () => clock.ms,
  }
  const desk = openEpochDesk(deps)
  let seq = 0
  const report = async (key: TestKey, ...blocks: readonly Block[]): Promise<string | undefined> =>
    (await parts.take(key, signReport(key, { seq: seq++, blocks })))[0]
  const reportBeacon = async (key: TestKey, name: string, ...more: readonly Block[]): Promise<string | undefined> =>
    (await parts.take(key, signBeacon(key, name, ...more)))[0]
  /** A message that comes at this time, with the entropy of its beacon as fresh as then. */
  const takeAt = async (receivedMs: number, key: TestKey, message: Uint8Array): Promise<void> => {
    parts.store.entropy.release({ index: Math.floor(receivedMs / 1000), value: entropyValue, releasedMs: receivedMs })
    await new Promise<void>((resolve, reject) => {
      parts.ingest.take({ kid: key.kid, message, receivedMs }, (error) => (error === null ? resolve() : reject(error)))
    })
  }
  const pass = (epochs = 1): void => {
    clock.ms += epochs * epochS * 1000
  }
  return { ...parts, desk, deps, clock, first, report, reportBeacon, takeAt, pass }
}
