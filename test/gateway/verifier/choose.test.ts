import { describe, expect, test } from 'vitest'
import { chooseVerifier, type Verifier, verifierLoaders } from '../../../gateway/verifier/index.ts'
import { createKeyCache } from '../../../gateway/verifier/key-cache.ts'
import { guarded } from '../../../gateway/verifier/verifier.ts'

const broken = (verify: Verifier['verify']) => async (): Promise<Verifier> => ({ name: 'broken', verify })

describe('choosing a verifier', () => {
  test('takes the first of the order that works and names those before it', async () => {
    const chosen = await chooseVerifier(['koffi', 'noble'], {
      ...verifierLoaders,
      koffi: () => Promise.reject(new Error('no library\nRequire stack: ...')),
    })
    expect(chosen.verifier.name).toBe('noble')
    expect(chosen.tried).toEqual([{ name: 'koffi', why: 'no library' }])
  })

  test('skips one that accepts everything', async () => {
    const chosen = await chooseVerifier(['addon', 'noble'], { ...verifierLoaders, addon: broken(() => true) })
    expect(chosen.tried).toEqual([{ name: 'addon', why: 'the self-test failed: it accepts another digest' }])
    expect(chosen.verifier.name).toBe('noble')
  })

  test('skips one that refuses everything, and one that throws', async () => {
    const throws = broken(() => {
      throw new Error('wasm trap')
    })
    const loaders = { ...verifierLoaders, koffi: broken(() => false), addon: throws }
    const chosen = await chooseVerifier(['koffi', 'addon', 'libauth'], loaders)
    expect(chosen.tried.map(({ why }) => why)).toEqual([
      'the self-test failed: it refuses a good signature',
      'wasm trap',
    ])
    expect(chosen.verifier.name).toBe('libauth')
  })

  test('skips one that accepts high-S alone', async () => {
    const { nobleVerify } = await import('../../../device-sdk/signer/index.ts')
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const loose = broken((digest, key, signature) => {
      const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`)
      const low = s > order / 2n ? order - s : s
      const normal = Buffer.from(signature)
      normal.write(low.toString(16).padStart(64, '0'), 32, 'hex')
      return nobleVerify(digest, key, normal)
    })
    const chosen = await chooseVerifier(['addon', 'noble'], { ...verifierLoaders, addon: loose })
    expect(chosen.tried).toEqual([{ name: 'addon', why: 'the self-test failed: it accepts s in the upper half' }])
  })

  test('with none that works it throws, with every reason', async () => {
    const none = { ...verifierLoaders, noble: broken(() => false) }
    await expect(chooseVerifier(['noble'], none)).rejects.toThrow(/noble: the self-test failed/)
  })

  test('the usual order ends at one that works here', async () => {
    const { verifier, tried } = await chooseVerifier()
    expect(['koffi', 'addon', 'libauth', 'noble'].slice(0, tried.length + 1).at(-1)).toBe(verifier.name)
  })
})

describe('the checks before an implementation', () => {
  const order = Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex')
  const half = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex')
  const one = Buffer.from('1'.padStart(64, '0'), 'hex')
  const plus = (value: Buffer, by: number): Buffer => {
    const copy = Buffer.from(value)
    copy[31] = (copy[31] ?? 0) + by
    return copy
  }
  const reaches = (r: Buffer, s: Buffer): boolean =>
    guarded('all', () => true).verify(new Uint8Array(32), new Uint8Array(33), Buffer.concat([r, s]))

  test.each<[string, Buffer, Buffer, boolean]>([
    ['r = s = 1', one, one, true],
    ['r = n - 1', plus(order, -1), one, true],
    ['r = n', order, one, false],
    ['r = n + 1', plus(order, 1), one, false],
    ['r = 2^256 - 1', Buffer.alloc(32, 255), one, false],
    ['r = 0', Buffer.alloc(32), one, false],
    ['s = 0', one, Buffer.alloc(32), false],
    ['s = (n - 1) / 2', one, half, true],
    ['s one higher', one, plus(half, 1), false],
    ['s = n - 1', one, plus(order, -1), false],
  ])('%s', (_name, r, s, expected) => {
    expect(reaches(r, s)).toBe(expected)
  })
})

describe('the cache of keys', () => {
  test('parses a key once, a bad one too, and forgets the oldest past its bound', () => {
    const parsed: number[] = []
    const cache = createKeyCache((key) => {
      parsed.push(key[0] ?? -1)
      return key[0] === 9 ? null : { first: key[0] }
    }, 2)
    const key = (first: number): Uint8Array => new Uint8Array([first, 1])
    expect(cache(key(1))).toEqual({ first: 1 })
    expect(cache(key(1))).toBe(cache(key(1)))
    expect(cache(key(9))).toBeNull()
    expect(cache(key(9))).toBeNull()
    expect(parsed).toEqual([1, 9])
    cache(key(2))
    cache(key(9))
    cache(key(1))
    expect(parsed).toEqual([1, 9, 2, 1])
  })
})
