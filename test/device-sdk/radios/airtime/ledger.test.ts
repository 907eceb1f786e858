import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { regionOf } from '../../../../device-sdk/protocol/index.ts'
import { openLedger, timeOnAirUs } from '../../../../device-sdk/radios/index.ts'
import { limitFiles } from '../../../full-disk.ts'
import { atEnd, codeOf, must, testFolder } from '../../../gateway/harness.ts'

const planOf = (id: string) => {
  const region = regionOf(id)
  if (region === null) throw new Error(id)
  return region
}
const eu868 = planOf('EU868')
const us915 = planOf('US915')
const hourMs = 3_600_000
const now = 1_800_000_000_000

const open = (region = eu868, path = join(testFolder(), 'airtime'), nowMs = now) => {
  const ledger = must(openLedger(path, region, nowMs))
  let isOpen = true
  const close = (): void => {
    if (isOpen) ledger.close()
    isOpen = false
  }
  atEnd(close)
  return { ...ledger, close, path }
}
const at = (atMs: number, airtimeUs: number, freqKhz = 868_100) => ({ atMs, airtimeUs, freqKhz, bandwidthKhz: 125 })

describe('time on air', () => {
  // Published results of LoRa airtime calculators, preamble 8, explicit header, CRC, 4/5.
  it.each([
    [7, 125, 23, 61_696],
    [7, 125, 64, 118_016],
    [12, 125, 64, 2_793_472],
    [10, 125, 24, 370_688],
    [7, 250, 64, 59_008],
  ])('of SF%i at %i kHz with %i bytes is %i us', (sf, bandwidthKhz, bytes, expected) => {
    expect(timeOnAirUs({ dr: 0, sf, bandwidthKhz }, bytes)).toBe(expected)
  })
})

describe('the airtime ledger', () => {
  it('lets 1 % of an hour pass in a sub-band of EU868 and not a microsecond more', () => {
    const { book } = open()
    must(book(at(now, 35_000_000)))
    must(book(at(now + 1, 1_000_000, 868_300)))
    expect(codeOf(book(at(now + 2, 1, 868_500)))).toBe('radio/duty-cycle')
    // Another sub-band has its own hour, and the hour moves on.
    must(book(at(now + 2, 36_000_000, 867_100)))
    expect(codeOf(book(at(now + hourMs - 1, 1)))).toBe('radio/duty-cycle')
    must(book(at(now + hourMs, 35_000_000)))
  })

  it('books nothing that it refuses', () => {
    const { book } = open()
    expect(codeOf(book(at(now, 36_000_001)))).toBe('radio/duty-cycle')
    must(book(at(now, 36_000_000)))
  })

  it('keeps 400 ms of dwell in 20 s on a channel of US915', () => {
    const { book } = open(us915)
    must(book(at(now, 400_000, 903_900)))
    expect(codeOf(book(at(now + 19_999, 1_000, 903_900)))).toBe('radio/dwell-time')
    must(book(at(now + 19_999, 400_000, 904_100)))
    must(book(at(now + 20_000, 400_000, 903_900)))
  })

  it('refuses what the plan does not have', () => {
    const { book } = open()
    expect(codeOf(book(at(now, 1, 868_650)))).toBe('radio/not-in-plan')
    // A channel that sticks out of its sub-band.
    expect(codeOf(book({ ...at(now, 1, 868_050), bandwidthKhz: 250 }))).toBe('radio/not-in-plan')
  })

  it('counts what others sent, beyond the limit too', () => {
    const { book, count } = open()
    must(count(at(now, 50_000_000)))
    expect(codeOf(book(at(now + 1, 1)))).toBe('radio/duty-cycle')
  })

  it('holds over a restart, also after a line that the power cut', () => {
    const { book, close, path } = open()
    must(book(at(now, 36_000_000)))
    close()
    appendFileSync(path, `${now} 868100 12`)
    const again = must(openLedger(path, eu868, now + 1))
    atEnd(again.close)
    expect(codeOf(again.book(at(now + 1, 1)))).toBe('radio/duty-cycle')
  })

  it('counts what it booked after a disk was full in the middle of a line', () => {
    const { book, close, path } = open()
    must(book(at(now, 20_000_000)))
    limitFiles(statSync(path).size + 21)
    expect(codeOf(book(at(now + 1, 1_000)))).toBe('radio/ledger-unwritable')
    limitFiles()
    must(book(at(now + 2, 16_000_000)))
    close()
    const again = must(openLedger(path, eu868, now + 3))
    atEnd(again.close)
    expect(codeOf(again.book(at(now + 3, 1)))).toBe('radio/duty-cycle')
  })

  it('frees nothing when the clock was set back', () => {
    const { book, close, path } = open()
    must(book(at(now, 36_000_000)))
    close()
    const again = must(openLedger(path, eu868, now - 10 * hourMs))
    atEnd(again.close)
    expect(codeOf(again.book(at(now - 10 * hourMs, 1)))).toBe('radio/duty-cycle')
  })

  it('forgets at a start what is older than an hour', () => {
    const { book, close, path } = open()
    must(book(at(now, 1_000)))
    must(book(at(now + hourMs, 2_000)))
    close()
    const again = must(openLedger(path, eu868, now + hourMs + 1))
    atEnd(again.close)
    expect(readFileSync(path, 'utf8')).toBe(`${now + hourMs} 868100 125 2000\n`)
  })
})
