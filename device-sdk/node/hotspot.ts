import { randomBytes } from 'node:crypto'
import type { Result, Witness } from '../protocol/index.ts'
import { challengeBytes, ok } from '../protocol/index.ts'
import type { Heard, Radio } from '../radios/index.ts'
import { sha256 } from '../signer/index.ts'
import type { RunningDevice } from './device.ts'
import type { Reporter, ReporterOptions } from './reporter.ts'
import { openReporter } from './reporter.ts'

export type HotspotOptions = ReporterOptions & {
  readonly radio: Radio
  /** The H3 cell of the asserted place, 15 hex digits. */
  readonly cell: string
  readonly beaconEveryS: number
  readonly freqKhz: number
  readonly dr: number
  readonly txDdbm: number
}

const nonceBytes = 16
/** Beacons heard within this time travel in one report. */
const gatherMs = 300

const idOf = (frame: Uint8Array): Uint8Array => sha256(frame).slice(0, 8)

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

const sendBeacon = async (reporter: Reporter, options: HotspotOptions): Promise<void> => {
  const { radio, cell, freqKhz, dr, txDdbm, onEvent = () => {} } = options
  const nonce = randomBytes(nonceBytes)
  const sent = await radio.transmit({ frame: challengeBytes(reporter.kid, nonce, sha256), freqKhz, dr, txDdbm })
  if (!sent.ok) {
    onEvent({ event: 'radio/failed', code: sent.error.code, detail: sent.error.detail ?? radio.name })
    return
  }
  reporter.submit(Math.floor(sent.value.atMs / 1000), [
    { type: 'beacon', nonce, radio: 'lora', freqKhz, dr, txDdbm, cell },
  ])
}

/** Beacons and reports what it hears, until `close`. */
export const runHotspot = async (options: HotspotOptions): Promise<Result<RunningDevice>> => {
  const opened = await openReporter(options)
  if (!opened.ok) return opened
  const reporter = opened.value
  let heard: Heard[] = []
  let gathering: NodeJS.Timeout | null = null
  const hand = (): void => {
    gathering = null
    reportWitnesses(reporter, heard)
    heard = []
  }
  options.radio.onHeard((one) => {
    heard.push(one)
    gathering ??= setTimeout(hand, gatherMs)
  })
  const timer = setInterval(() => void sendBeacon(reporter, options), options.beaconEveryS * 1000)
  return ok({
    kid: reporter.kid,
    close: async () => {
      clearInterval(timer)
      if (gathering !== null) clearTimeout(gathering)
      hand()
      await options.radio.close()
      await reporter.close()
    },
  })
}
