import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beaconNonce, deriveChallenge, isBeaconFrame, regionOf, regions } from '../../../device-sdk/protocol/index.ts'
import { timeOnAirUs } from '../../../device-sdk/radios/index.ts'
import { fromWire } from '../../emulators/lora-packet.ts'
import { bytesOf, hexOf, load, sha256 } from './fixtures.ts'

type Vector = {
  readonly region: string
  readonly value: string
  readonly kid: string
  readonly boot: number
  readonly seq: number
  readonly nonce: string
  readonly frame: string
  readonly freqKhz: number
  readonly dr: number
  readonly eirpDdbm: number
}
const vectors = load('beacon_challenges').vectors as readonly Vector[]
const planOf = (id: string) => {
  const region = regionOf(id)
  if (region === null) throw new Error(id)
  return region
}

describe('beacons derived from entropy', () => {
  it.each(vectors)('equal what Python derives: $kid boot $boot seq $seq in $region', (vector) => {
    const { region, kid, boot, seq, nonce, frame, freqKhz, dr, eirpDdbm } = vector
    const value = bytesOf(vector.value)
    const derived = beaconNonce(value, kid, { boot, seq }, sha256)
    expect(hexOf(derived)).toBe(nonce)
    const challenge = deriveChallenge(value, kid, derived, planOf(region), sha256)
    expect({ ...challenge, frame: hexOf(challenge.frame) }).toEqual({ frame, freqKhz, dr, eirpDdbm })
  })

  it('change with each thing that they are derived from', () => {
    const value = new Uint8Array(32)
    const base = { kid: '0000000000000001', boot: 1, seq: 2 }
    const nonceOf = (one: typeof base, from = value) => hexOf(beaconNonce(from, one.kid, one, sha256))
    const others = [
      nonceOf({ ...base, kid: '0000000000000002' }),
      nonceOf({ ...base, boot: 2 }),
      nonceOf({ ...base, seq: 1 }),
      nonceOf(base, value.slice().fill(1)),
    ]
    expect(new Set([nonceOf(base), ...others]).size).toBe(5)
  })

  it('stay within the plan of their region, and use all of it', () => {
    for (const region of regions) {
      const seen = { freqKhz: new Set<number>(), dr: new Set<number>(), eirpDdbm: new Set<number>() }
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (nonce) => {
          const { frame, freqKhz, dr, eirpDdbm } = deriveChallenge(
            new Uint8Array(32),
            '00'.repeat(8),
            nonce,
            region,
            sha256,
          )
          seen.freqKhz.add(freqKhz)
          seen.dr.add(dr)
          seen.eirpDdbm.add(eirpDdbm)
          const rate = region.dataRates.find((one) => one.dr === dr)
          const band = region.subBands.find(({ fromKhz, toKhz }) => freqKhz > fromKhz && freqKhz < toKhz)
          expect(isBeaconFrame(frame)).toBe(true)
          expect(eirpDdbm).toBeLessThanOrEqual(band?.eirpDdbmMax ?? 0)
          // 47 CFR 15.247(a)(1)(i).
          if (band?.dwell !== undefined && rate !== undefined)
            expect(timeOnAirUs(rate, frame.length)).toBeLessThanOrEqual(band.dwell.airtimeMsMax * 1_000)
        }),
        { numRuns: 500 },
      )
      expect(seen.freqKhz.size).toBe(region.beacon.channelsKhz.length)
      expect(seen.dr.size).toBe(region.beacon.dataRates.length)
      expect(seen.eirpDdbm.size).toBe(region.beacon.eirpStepsDdbm.length)
    }
  })

  it('are proprietary frames to LoRaWAN', () => {
    const { frame } = deriveChallenge(new Uint8Array(32), '00'.repeat(8), new Uint8Array(16), planOf('EU868'), sha256)
    expect(fromWire(Buffer.from(frame)).getMType()).toBe('Proprietary')
  })
})

describe('region plans', () => {
  it.each(regions)('$id names its sources, and beacons on channels and data rates that it has', (region) => {
    expect(region.sources.length).toBeGreaterThan(0)
    for (const dr of region.beacon.dataRates) expect(region.dataRates.map((rate) => rate.dr)).toContain(dr)
  })

  it('share no channel: a beacon names its plan', () => {
    const channels = regions.flatMap((region) => region.beacon.channelsKhz)
    expect(new Set(channels).size).toBe(channels.length)
  })
})
