import { describe, expect, it } from 'vitest'
import { usedBy, useFactor } from '../../../../gateway/coverage/consumption.ts'
import { profileOf } from '../../../../gateway/coverage/index.ts'
import type { MeterReading } from '../../../../gateway/coverage/quality/energy.ts'
import { judgeMeter } from '../../../../gateway/coverage/quality/energy.ts'
import type { Reading } from '../../../../gateway/coverage/quality/readings.ts'
import { judgeReadings } from '../../../../gateway/coverage/quality/readings.ts'
import type { FieldRules } from '../../../../gateway/coverage/quality/rules.ts'
import { hoursOf, qualityOf } from '../../../../gateway/coverage/quality/score.ts'

const rules = profileOf('hexfix-1')?.quality
if (rules === undefined) throw new Error('no quality rules')
const minuteMs = 60_000
const fieldOf = (name: string): FieldRules => {
  const field = rules.fields[name]
  if (field === undefined) throw new Error(`no field ${name}`)
  return field
}

/** A reading a minute. */
const everyMinute = (...values: number[]): Reading[] => values.map((value, i) => ({ atMs: i * minuteMs, value }))
const codesOf = (name: string, readings: readonly Reading[], around: readonly (readonly Reading[])[] = []) =>
  judgeReadings(readings, around, fieldOf(name), rules).map(({ code }) => code)

describe('a reading', () => {
  it.each([
    ['temperature', -40, 60, 0.01],
    ['humidity', 10, 99, 0.1],
    ['wind', 0, 50, 0.1],
    ['pressure', 300, 1100, 0.1],
    ['rain', 0, 0.254, 0.001],
  ])('of %s passes from %d to %d, and not beyond', (name, min, max, step) => {
    for (const [value, code] of [
      [min, 'accepted'],
      [max, 'accepted'],
      [min - step, 'quality/out-of-bounds'],
      [max + step, 'quality/out-of-bounds'],
    ] as const) {
      expect(codesOf(name, [{ atMs: 0, value }])).toEqual([code])
    }
  })

  it.each([
    ['temperature', 20, 3],
    ['humidity', 50, 10],
    ['wind', 25, 10],
    ['pressure', 1000, 0.5],
  ])('of %s jumps from %d by at most %d a minute', (name, from, most) => {
    expect(codesOf(name, everyMinute(from, from + most))).toEqual(['accepted', 'accepted'])
    expect(codesOf(name, everyMinute(from, from - most - 0.01))).toEqual(['accepted', 'quality/jump'])
    expect(
      codesOf(name, [
        { atMs: 0, value: from },
        { atMs: 2 * minuteMs, value: from + 2 * most },
      ])[1],
    ).toBe('accepted')
    expect(
      codesOf(name, [
        { atMs: 0, value: from },
        { atMs: 1000, value: from + most },
      ])[1],
    ).toBe('accepted')
  })

  it('that was refused for its bounds is no measure for the next, one that jumped is', () => {
    expect(codesOf('temperature', everyMinute(20, 100, 21))).toEqual(['accepted', 'quality/out-of-bounds', 'accepted'])
    expect(codesOf('temperature', everyMinute(20, 30, 30.5))).toEqual(['accepted', 'quality/jump', 'accepted'])
  })

  it.each([
    ['temperature', 20, 240],
    ['humidity', 50, 360],
    ['wind', 5, 360],
    ['pressure', 1000, 120],
  ])('of %s is frozen at %d after %d minutes', (name, value, minutes) => {
    const at = (minute: number): Reading => ({ atMs: minute * minuteMs, value })
    expect(codesOf(name, [at(0), at(minutes), at(minutes + 1)])).toEqual(['accepted', 'accepted', 'quality/frozen'])
    const moved = { atMs: 10 * minuteMs, value: value + 0.4 }
    expect(codesOf(name, [at(0), moved, at(11), at(minutes + 11)])[3]).toBe('accepted')
  })

  it('is compared with the middle one of at least three neighbours, near in time', () => {
    const around = [18, 20, 90].map((value) => [{ atMs: 0, value }])
    expect(codesOf('temperature', [{ atMs: 0, value: 25 }], around)).toEqual(['accepted'])
    expect(codesOf('temperature', [{ atMs: 0, value: 25.1 }], around)).toEqual(['quality/neighbours'])
    expect(codesOf('temperature', [{ atMs: 0, value: 25.1 }], around.slice(1))).toEqual(['accepted'])
    // A thousand readings of one owner are one voice.
    const loud = [...around.slice(0, 2), Array.from({ length: 1000 }, () => ({ atMs: 0, value: 90 }))]
    expect(codesOf('temperature', [{ atMs: 0, value: 25.1 }], loud)).toEqual(['quality/neighbours'])
    expect(codesOf('temperature', [{ atMs: 0, value: 25.1 }], [loud[2] ?? []])).toEqual(['accepted'])
    expect(codesOf('temperature', [{ atMs: rules.neighbourMs + 1, value: 25.1 }], around)).toEqual(['accepted'])
  })

  it('says what was measured, and what would turn it', () => {
    const [, verdict] = judgeReadings(everyMinute(20, 30), [], fieldOf('temperature'), rules)
    expect(verdict).toEqual({
      code: 'quality/jump',
      rule: 'jump',
      measured: 10,
      threshold: 3,
      unit: 'Cel',
      margin: -7,
      flip: 'a change of at most 3 Cel',
    })
  })
})

describe('the quality of a device', () => {
  const hourMs = 60 * minuteMs
  const score = (readings: readonly Reading[], toMs = 2 * hourMs) => {
    const verdicts = judgeReadings(readings, [], { unit: '', min: -100, max: 100 }, rules)
    return hoursOf({ readings, verdicts, everyMs: minuteMs, fromMs: 0, toMs }, rules)
  }
  const values = (count: number) => everyMinute(...Array.from({ length: count }, (_, i) => i % 7))

  it('is the part of hours in which 0.67 of the expected readings passed', () => {
    expect(score(values(41))[0]).toEqual({ fromMs: 0, good: 41, expected: 60, counts: true })
    expect(score(values(40))[0]?.counts).toBe(false)
    expect(qualityOf(score(values(41)))).toBe(0.5)
    expect(qualityOf(score(values(120)))).toBe(1)
    expect(qualityOf(score([]))).toBe(0)
    expect(qualityOf([])).toBe(0)
  })

  it('counts a span once, what was refused not at all, and a short last hour as it is', () => {
    expect(score(values(41).flatMap((one) => [one, { ...one, atMs: one.atMs + 1 }]))[0]?.good).toBe(41)
    expect(score(values(60).map((one, i) => (i < 20 ? { ...one, value: 1000 } : one)))[0]).toMatchObject({
      good: 40,
      counts: false,
    })
    expect(score(values(70), 70 * minuteMs)[1]).toEqual({ fromMs: hourMs, good: 10, expected: 10, counts: true })
  })
})

describe('a meter', () => {
  const at = (minute: number, energyWh: number, powerW: number | null = null): MeterReading => ({
    atMs: minute * minuteMs,
    energyWh,
    powerW,
  })
  const codes = (...readings: MeterReading[]) => judgeMeter(readings, rules).map(({ code }) => code)

  it('never falls, and one that fell is no measure', () => {
    expect(codes(at(0, 100), at(1, 100), at(2, 101))).toEqual(['accepted', 'accepted', 'accepted'])
    expect(codes(at(0, 100), at(1, 99), at(2, 100))).toEqual(['accepted', 'quality/meter-fell', 'accepted'])
  })

  it('counts what its power says: 1000 W for an hour are 1000 Wh, give or take 102', () => {
    expect(codes(at(0, 0, 1000), at(60, 1102, 1000))[1]).toBe('accepted')
    expect(codes(at(0, 0, 1000), at(60, 1103, 1000))[1]).toBe('quality/slope')
    expect(codes(at(0, 0, 1000), at(60, 898, 1000))[1]).toBe('accepted')
    expect(codes(at(0, 0, 1000), at(60, 897, 1000))[1]).toBe('quality/slope')
    expect(codes(at(0, 0, 500), at(60, 1000, 1500))[1]).toBe('accepted')
    expect(codes(at(0, 0), at(60, 5000, 1000))[1]).toBe('accepted')
  })
})

describe('use', () => {
  const used = (kid: string, consumer: string, units: number) => ({ kid, consumer, units })

  it('adds up what others consumed, by device, and nothing that its owner did', () => {
    const evidence = [
      used('b', 'x', 3),
      used('a', 'x', 1),
      used('a', 'y', 2),
      used('a', 'olga', 100),
      used('a', 'a', 9),
      used('a', 'z', -5),
    ]
    const ownerOf = (kid: string) => (kid === 'a' ? 'olga' : null)
    expect(usedBy(evidence, ownerOf)).toEqual([
      { kid: 'a', units: 3, consumers: 2 },
      { kid: 'b', units: 3, consumers: 1 },
    ])
  })

  it('multiplies from 1 towards its maximum, and is half-way at useHalf', () => {
    const factor = (units: number) => useFactor(units, { useMax: 4, useHalf: 1000 })
    expect([0, 1000, 3000].map(factor)).toEqual([1, 2.5, 3.25])
    expect(factor(1e12)).toBeLessThan(4)
    expect(factor(10)).toBeGreaterThan(factor(9))
    expect(useFactor(1000, {})).toBe(1)
  })
})
