import { describe, expect, it } from 'vitest'
import { explain } from '../../../gateway/coverage/index.ts'

const told = (rule: string | null, measured?: number, threshold?: number, unit?: string, kind = 'witness') =>
  explain({ kind, rule, ...(measured === undefined ? {} : { measured, threshold: threshold ?? 0, unit: unit ?? '' }) })

describe('explain', () => {
  it.each([
    ['rssi-too-strong', -55, -67.334, 'dBm', 'at least 12.4 dB weaker'],
    ['too-near', 7, 8, 'cells', 'at least 1 cell farther apart'],
    ['too-near', 100.2, 397, 'm', 'at least 296.8 m farther apart'],
    ['too-far', 103, 100, 'km', 'at least 3 km nearer to each other'],
    ['too-late', 4120, 4000, 'ms', 'received at least 120 ms earlier'],
    ['frequency', 100_012, 100_000, 'Hz', 'heard at least 12 Hz nearer to the frequency of the beacon'],
    ['entropy-expired', 180_001, 180_000, 'ms', 'received at least 1 ms earlier'],
    ['entropy-before', -5, 0, 'ms', 'sent at least 5 ms later, after its entropy was published'],
    ['no-valid-witnesses', 0, 1, 'witnesses', 'at least 1 witness more'],
  ])('%s: from %d to %d %s is "%s"', (rule, measured, threshold, unit, flip) => {
    const { margin, flip: words } = told(rule, measured, threshold, unit)
    expect(words).toBe(flip)
    expect(margin).toBeLessThan(0)
  })

  it('says of what has no measure what would have to be otherwise', () => {
    expect(told('self-witness')).toEqual({ flip: 'another hotspot hearing the beacon' })
    expect(told('beaconer-denied')).toEqual({ flip: 'the beacon accepted: the key off the denylist' })
  })

  it('says of what was accepted what would have refused it', () => {
    expect(told(null, -110, -77.95, 'dBm')).toEqual({ margin: -77.95 + 110, flip: 'over 32 dB stronger' })
    expect(told(null, 3, 1, 'witnesses', 'beacon')).toEqual({ margin: 2, flip: '3 witnesses fewer' })
  })

  it('reads stored rows, with null for what is absent, and rules of another version', () => {
    expect(explain({ kind: 'witness', rule: 'duplicate', measured: null, threshold: null, unit: null }).flip).toContain(
      'first',
    )
    expect(told('of-a-later-version').flip).toBe('another ruleset')
  })
})
