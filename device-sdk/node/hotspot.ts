import type { Challenge, Region, Result, Witness } from '../protocol/index.ts'
import { beaconNonce, deriveChallenge, isBeaconFrame, ok } from '../protocol/index.ts'
import type { Heard, Radio } from '../radios/index.ts'
import { sha256 } from '../signer/index.ts'
import type { RunningDevice } from './device.ts'
import type { Reporter, ReporterOptions } from './reporter.ts'
import { openReporter } from './reporter.ts'

export type HotspotOptions = ReporterOptions & {
  readonly radio: Radio
  readonly region: Region
  /** The H3 cell of the asserted place, 15 hex digits. */
  readonly cell: string
  /** Gain of the antenna as it was asserted, in 0.1 dBi. */
  readonly gainDdbi: number
  /** One beacon in each stretch of this length, counted from the epoch of Unix time, at a random moment of it. */
  readonly beaconEveryS: number
}

/** Beacons heard within this time travel in one report. */
const gatherMs = 300
const idBytes = 8

const idOf = (frame: Uint8Array): Uint8Array => sha256(frame).slice(0, idBytes)

const reportWitnesses = (reporter: Reporter, heard: readonly Heard[]): void => {
  const first = heard[0]
  if (first === undefined) return
  const timeS = Math.floor(first.atMs / 1000)
  const rows: Witness[] = heard.map(({ frame, atMs, rssiDdbm, snrDdb, freqKhz, dr }) => {
    return { beaconId: idOf(frame), dtMs: Math.round(atMs - timeS * 1000), rssiDdbm, snrDdb, freqKhz, dr }
  })
  // The columns of one block name each beacon once.
  const distinct = new Map(rows.map((row) => [row.beaconId.join(), row]))
  reporter.submit(timeS, [{ type: 'witness', rows: [...distinct.values()] }])
}

/** What the radio may feed to the antenna so that EIRP stays within what the challenge asks: whole dB, rounded down. */
const feedDdbm = ({ eirpDdbm }: Challenge, gainDdbi: number): number => Math.floor((eirpDdbm - gainDdbi) / 10) * 10

/**
 * Sends what the entropy, the key and the next pair decide, and reports it under that pair. A pair whose beacon could not
 * be sent is spent on a heartbeat: numbers have no gaps.
 */
const sendBeacon = async (reporter: Reporter, options: HotspotOptions): Promise<void> => {
  const { radio, region, cell, gainDdbi, onEvent = () => {} } = options
  const value = reporter.entropy()
  if (value === null) {
    onEvent({ event: 'beacon/waiting', detail: 'no live entropy from the gateway yet' })
    return
  }
  const pair = reporter.reserve()
  const nonce = beaconNonce(value, reporter.kid, pair, sha256)
  const challenge = deriveChallenge(value, reporter.kid, nonce, region, sha256)
  const { frame, freqKhz, dr } = challenge
  const sent = await radio.transmit({ frame, freqKhz, dr, txDdbm: feedDdbm(challenge, gainDdbi) })
  if (!sent.ok) {
    onEvent({ event: 'radio/failed', code: sent.error.code, detail: sent.error.detail ?? radio.name })
    pair.submit(Math.floor(Date.now() / 1000), [{ type: 'heartbeat', dropped: reporter.dropped() }])
    return
  }
  const { atMs, txDdbm } = sent.value
  pair.submit(Math.floor(atMs / 1000), [{ type: 'beacon', nonce, radio: 'lora', freqKhz, dr, txDdbm, cell }])
}

/** Milliseconds to a random moment of the next stretch. */
const untilNextMs = (everyMs: number): number => everyMs - (Date.now() % everyMs) + Math.random() * everyMs

/** Beacons and reports what it hears, until `close`. */
export const runHotspot = async (options: HotspotOptions): Promise<Result<RunningDevice>> => {
  const opened = await openReporter({ ...options, wantsEntropy: true })
  if (!opened.ok) return opened
  const reporter = opened.value
  let heard: Heard[] = []
  let gathering: NodeJS.Timeout | null = null
  let closed = false
  const hand = (): void => {
    gathering = null
    reportWitnesses(reporter, heard)
    heard = []
  }
  options.radio.onHeard((one) => {
    // The traffic of others that the same radio hears is nobody's business.
    if (closed || !isBeaconFrame(one.frame)) return
    heard.push(one)
    gathering ??= setTimeout(hand, gatherMs)
  })
  let beaconing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout
  const schedule = (): void => {
    timer = setTimeout(
      () => {
        beaconing = sendBeacon(reporter, options)
        schedule()
      },
      untilNextMs(options.beaconEveryS * 1000),
    )
  }
  schedule()
  return ok({
    kid: reporter.kid,
    close: async () => {
      clearTimeout(timer)
      await beaconing
      closed = true
      if (gathering !== null) clearTimeout(gathering)
      hand()
      await options.radio.close()
      await reporter.close()
    },
  })
}
