import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Region, Result, SubBand } from '../../protocol/index.ts'
import { fail, ok, subBandOf } from '../../protocol/index.ts'

/** Something that goes on the air. */
export type Airtime = {
  readonly atMs: number
  readonly freqKhz: number
  readonly bandwidthKhz: number
  readonly airtimeUs: number
}

export type Ledger = {
  /**
   * Books a transmission, durably, before it is made; refused, nothing is booked. Errors: radio/not-in-plan,
   * radio/duty-cycle, radio/dwell-time, radio/ledger-unwritable.
   */
  book(airtime: Airtime): Result<null>
  /** Counts what others have sent with the same radio: it is not ours to refuse. Errors: radio/ledger-unwritable. */
  count(airtime: Airtime): Result<null>
  close(): void
}

const hourMs = 3_600_000

const within = ({ fromKhz, toKhz }: SubBand, { freqKhz }: Airtime): boolean => freqKhz >= fromKhz && freqKhz <= toKhz

/** Airtime since a moment. What is booked for a time to come counts too: a clock that was set back frees nothing. */
const sumUs = (entries: readonly Airtime[], sinceMs: number): number =>
  entries.reduce((sum, { atMs, airtimeUs }) => (atMs > sinceMs ? sum + airtimeUs : sum), 0)

const lineOf = ({ atMs, freqKhz, bandwidthKhz, airtimeUs }: Airtime): string =>
  `${atMs} ${freqKhz} ${bandwidthKhz} ${airtimeUs}\n`

/** Whole lines only: the last one may have been cut by the end of the power. */
const read = (path: string): Airtime[] => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return [...text.matchAll(/^([0-9]+) ([0-9]+) ([0-9]+) ([0-9]+)\n/gm)].map(([, ...numbers]) => {
    const [atMs = 0, freqKhz = 0, bandwidthKhz = 0, airtimeUs = 0] = numbers.map(Number)
    return { atMs, freqKhz, bandwidthKhz, airtimeUs }
  })
}

/** Only the last hour counts, so only that is kept. */
const rewrite = (path: string, entries: readonly Airtime[]): void => {
  const draft = `${path}.new`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeFileSync(file, entries.map(lineOf).join(''))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

const refusal = (region: Region, entries: readonly Airtime[], next: Airtime): Result<null> => {
  const band = subBandOf(region, next.freqKhz, next.bandwidthKhz)
  if (band === null)
    return fail('radio/not-in-plan', `${next.freqKhz} kHz, ${next.bandwidthKhz} kHz wide, in ${region.id}`)
  const { dutyPpm, dwell, fromKhz, toKhz } = band
  if (dutyPpm !== undefined) {
    const usedUs = sumUs(
      entries.filter((one) => within(band, one)),
      next.atMs - hourMs,
    )
    const allowedUs = (hourMs / 1_000) * dutyPpm
    if (usedUs + next.airtimeUs > allowedUs) {
      const ms = (us: number): number => Math.ceil(us / 1_000)
      const detail = `${ms(usedUs)} ms of ${ms(allowedUs)} ms used in the last hour from ${fromKhz} to ${toKhz} kHz`
      return fail('radio/duty-cycle', `${detail}; ${ms(next.airtimeUs)} ms more`)
    }
  }
  if (dwell !== undefined) {
    const same = entries.filter((one) => one.freqKhz === next.freqKhz)
    const usedUs = sumUs(same, next.atMs - dwell.windowMs)
    if (usedUs + next.airtimeUs > dwell.airtimeMsMax * 1_000)
      return fail('radio/dwell-time', `${next.airtimeUs} us after ${usedUs} us on ${next.freqKhz} kHz`)
  }
  return ok(null)
}

/**
 * What a radio has sent in the last hour, kept over restarts: it lets nothing pass that would exceed the duty cycle of a
 * sub-band or the dwell time of a channel (ETSI EN 300 220-2 section 4.3.3: observed over one hour; 47 CFR 15.247(a)(1)).
 * Errors: radio/ledger-unwritable.
 */
export const openLedger = (path: string, region: Region, nowMs: number): Result<Ledger> => {
  let entries: Airtime[]
  let file: number
  let isTorn = false
  const unwritable = (error: unknown): Result<never> =>
    fail('radio/ledger-unwritable', `${path}: ${error instanceof Error ? error.message : String(error)}`)
  try {
    entries = read(path).filter(({ atMs }) => atMs > nowMs - hourMs)
    rewrite(path, entries)
    file = openSync(path, 'a')
  } catch (error) {
    return unwritable(error)
  }
  const write = (airtime: Airtime): Result<null> => {
    try {
      // A full disk may have taken a part of the line before: what follows stands on a line of its own.
      writeFileSync(file, `${isTorn ? '\n' : ''}${lineOf(airtime)}`)
      fsyncSync(file)
      isTorn = false
    } catch (error) {
      isTorn = true
      return unwritable(error)
    }
    entries = entries.filter(({ atMs }) => atMs > airtime.atMs - hourMs)
    entries.push(airtime)
    return ok(null)
  }
  return ok({
    book: (airtime) => {
      const refused = refusal(region, entries, airtime)
      return refused.ok ? write(airtime) : refused
    },
    count: write,
    close: () => closeSync(file),
  })
}
