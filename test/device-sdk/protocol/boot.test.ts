import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootKey, bootOfKey } from '../../../device-sdk/protocol/index.ts'
import { anyUint32 } from './cbor/arbitrary.ts'
import { bytesOf } from './fixtures.ts'
import { anyBoot } from './report/arbitrary.ts'

describe('the key of a boot', () => {
  it('names the boot again, counter or session', () => {
    fc.assert(
      fc.property(anyBoot, (boot) => {
        expect(bootOfKey(bootKey(boot))).toStrictEqual(boot)
      }),
    )
  })

  it('says the type by its length: a counter and a session never share one', () => {
    expect(bootKey(7)).toBe('00000007')
    expect(bootKey(0xffff_ffff)).toBe('ffffffff')
    expect(bootKey(bytesOf('0000000000000007'))).toBe('0000000000000007')
  })

  it('sorts counters as they count', () => {
    fc.assert(
      fc.property(anyUint32, anyUint32, (a, b) => {
        expect(bootKey(a) < bootKey(b)).toBe(a < b)
      }),
    )
  })
})
