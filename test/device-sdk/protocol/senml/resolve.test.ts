import { describe, expect, it } from 'vitest'
import { resolveSenml } from '../../../../device-sdk/protocol/index.ts'
import { load } from '../fixtures.ts'

type Loose = Record<string, unknown>
const now = 1_800_000_000
const bare = ({ bver: _, ...record }: Loose): Loose => record
const codeOf = (pack: unknown): string => {
  const resolved = resolveSenml(pack, now)
  return resolved.ok ? 'ok' : resolved.error.code
}

describe('resolving a SenML pack', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])('gives what RFC 8428 gives for example %i', (number) => {
    const expected: Loose[] = load(`senml/senml_ex${number}.resolved`)
    // Records without a time are of "now", which is in the resolved example.
    const resolved = resolveSenml(load(`senml/senml_ex${number}`), Number(expected[0]?.t))
    // The published files leave out data values, and a version below the default.
    const shown = resolved.ok ? resolved.value.filter(({ vd }) => vd === undefined).map((one) => bare({ ...one })) : []
    // Example 3 is published in the order of the pack, not in that of time.
    expect(shown).toEqual([...expected].sort((a, b) => Number(a.t) - Number(b.t)))
  })

  it('keeps data values, and a version other than 10', () => {
    expect(resolveSenml(load('senml/senml_ex7'), now)).toMatchObject({
      value: [{}, {}, {}, { n: 'urn:dev:ow:10e2073a01080063:nfv-reader', vd: 'aGkgCg', t: now }],
    })
    const pack = [
      { bn: 'a:', bver: 26, n: 'b', u: 'Wh', v: 1 },
      { n: 'c', v: 2 },
    ]
    expect(resolveSenml(pack, now)).toMatchObject({ value: [{ bver: 26 }, { n: 'a:c', bver: 26 }] })
  })

  it('adds base values and sums, and changes them on the way', () => {
    const pack = [
      { bn: 'a', bv: 10, bs: 100, bt: 2 ** 28, v: 1, s: 5 },
      { bv: 20, bu: 'm', t: 1 },
      { v: 2, u: 's', bt: 2 ** 29 },
      { vs: 'text', t: -1 },
    ]
    expect(resolveSenml(pack, now)).toEqual({
      ok: true,
      value: [
        { n: 'a', t: 2 ** 28, v: 11, s: 105 },
        { n: 'a', u: 'm', t: 2 ** 28 + 1, v: 20, s: 100 },
        { n: 'a', u: 'm', t: 2 ** 29 - 1, vs: 'text', s: 100 },
        { n: 'a', u: 's', t: 2 ** 29, v: 22, s: 100 },
      ],
    })
  })

  it('takes times below 2^28 from now, and those from there as they are', () => {
    const times = resolveSenml(
      [
        { n: 'a', v: 1, t: 2 ** 28 },
        { n: 'a', v: 1, t: -60 },
        { n: 'a', v: 1 },
      ],
      now,
    )
    expect(times.ok && times.value.map(({ t }) => t)).toEqual([2 ** 28, now - 60, now])
  })

  it.each<[string, unknown]>([
    ['no array', { n: 'a', v: 1 }],
    ['no record', []],
    ['a record that is no map', [1]],
    ['a record that is null', [null]],
    ['no name', [{ v: 1 }]],
    ['a name that opens with a dot', [{ n: '.a', v: 1 }]],
    ['a name with a space', [{ n: 'a b', v: 1 }]],
    ['no value', [{ n: 'a' }]],
    ['two values', [{ n: 'a', v: 1, vs: 'b' }]],
    ['a value of text', [{ n: 'a', v: '1' }]],
    ['a value that is no number', [{ n: 'a', v: Number.NaN }]],
    ['a label that must be understood', [{ n: 'a', v: 1, x_: 1 }]],
    ['a version that is not known', [{ n: 'a', v: 1, bver: 11 }]],
    ['a version of 0', [{ n: 'a', v: 1, bver: 0 }]],
    [
      'two versions',
      [
        { n: 'a', v: 1 },
        { bver: 26, n: 'a', v: 1 },
      ],
    ],
  ])('refuses %s', (_, pack) => {
    expect(codeOf(pack)).toBe('senml/malformed')
  })
})
