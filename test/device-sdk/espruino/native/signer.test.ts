import { recoverPublicKey } from '@noble/secp256k1'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keccak256, nobleSigner, publicKeyOf, sha256 } from '../../../../device-sdk/signer/index.ts'
import {
  bytesOf,
  differingPairs,
  edgePairs,
  misjudged,
  noSecrets,
  randomPairs,
  signatureOf,
  wycheproofCases,
} from '../../../../scripts/native/cases.ts'
import { compileSigner } from '../../../../scripts/native/compile.ts'
import { type Emulator, openEmulator, operation, type Reply } from '../../../../scripts/native/emulator.ts'
import { bytes, code, hex, table, vectors } from './fixtures.ts'

let emulator: Emulator
beforeAll(() => {
  emulator = openEmulator(code, table)
})
afterAll(() => emulator.close())

const only = (replies: readonly Reply[]): Reply => {
  const [reply] = replies
  if (!reply) throw new Error('no reply')
  return reply
}
const secret = sha256(bytes('01'))
const digest = sha256(bytes('02'))
const sound = { digest, publicKey: publicKeyOf(secret), signature: nobleSigner(secret).sign(digest) }

describe('signatures of the emulated code', () => {
  test('are those of the published RFC 6979 vectors, byte for byte', () => {
    const { valid }: { valid: { d: string; m: string; signature: string }[] } = vectors('noble_ecdsa_rfc6979_200.json')
    expect(valid.length).toBeGreaterThanOrEqual(200)
    const replies = emulator.run(
      valid.map(({ d, m }) => ({ operation: operation.sign, secret: bytes(d), digest: bytes(m) })),
    )
    for (const [i, { signature }] of valid.entries()) expect(hex(signatureOf(replies[i] as Reply))).toBe(signature)
  })

  test('are those of noble for keys and digests at the edges', () => {
    const pairs = edgePairs()
    expect(pairs.length).toBe(300)
    expect(differingPairs(emulator, pairs)).toEqual([])
  })

  test('are those of noble for random keys and digests', () => {
    const seed = String(Math.random())
    expect(differingPairs(emulator, randomPairs(seed, 200)), `seed ${seed}`).toEqual([])
  })

  test('come with the id by which the public key is found again', () => {
    const pairs = randomPairs('recovery', 40)
    const replies = emulator.run(pairs.map((pair) => ({ operation: operation.sign, ...pair })))
    expect(new Set(replies.map(({ result }) => result))).toEqual(new Set([0, 1]))
    for (const [i, pair] of pairs.entries()) {
      const reply = replies[i] as Reply
      const recoverable = Uint8Array.from([reply.result, ...signatureOf(reply)])
      expect(hex(recoverPublicKey(recoverable, pair.digest, { prehash: false }))).toBe(hex(publicKeyOf(pair.secret)))
    }
  })

  test('are refused for what is no secret, and nothing is written', () => {
    for (const one of noSecrets) {
      for (const what of [operation.sign, operation.publicKey]) {
        const { result, arena } = only(emulator.run([{ operation: what, secret: one, digest }]))
        expect(result).toBe(-1)
        expect(hex(arena.slice(64))).toBe('00'.repeat(104))
      }
    }
  })

  test('take the next nonces of the published list when the first ones fall out', () => {
    const list: Record<string, string>[] = vectors('noble_rfc6979_secp256k1.json')
    for (const count of [15]) {
      const rejecting = openEmulator(compileSigner([`REJECT_NONCES=${count}`]).code, table)
      try {
        const requests = list.map(({ message = '', d = '' }) => ({
          operation: operation.sign,
          secret: bytes(d),
          digest: sha256(Buffer.from(message)),
        }))
        for (const [i, reply] of rejecting.run(requests).entries()) {
          const nonce = list[i]?.[`k${count}`] ?? ''
          expect(hex(signatureOf(reply).subarray(0, 32))).toBe(hex(publicKeyOf(bytes(nonce)).subarray(1)))
        }
      } finally {
        rejecting.close()
      }
    }
  })
})

describe('verification by the emulated code', () => {
  test('agrees with Wycheproof, but for signatures with high s, which it refuses', () => {
    const cases = wycheproofCases(vectors('wycheproof_ecdsa_secp256k1_sha256_p1363_test.json'))
    expect(cases.length).toBeGreaterThan(200)
    expect(cases.filter(({ good }) => good).length).toBeGreaterThan(90)
    expect(misjudged(emulator, cases)).toEqual([])
  })

  test('refuses every changed byte, a key off the curve and a key with another prefix', () => {
    const spoilt = (field: 'digest' | 'signature' | 'publicKey', at: number) => {
      const changed = Uint8Array.from(sound[field])
      changed[at] = (changed[at] ?? 0) ^ 4
      return { id: at, ...sound, [field]: changed, good: false }
    }
    const places = (length: number): number[] => Array.from({ length }, (_, i) => i)
    const cases = [
      { id: -1, ...sound, good: true },
      ...places(32).map((i) => spoilt('digest', i)),
      ...places(64).map((i) => spoilt('signature', i)),
      ...places(33).map((i) => spoilt('publicKey', i)),
      { id: -2, ...sound, publicKey: Uint8Array.from([4, ...sound.publicKey.subarray(1)]), good: false },
      // x = 5 is on no point of the curve; x = p is 0 in another dress.
      { id: -3, ...sound, publicKey: Uint8Array.from([2, ...bytesOf(5n)]), good: false },
      { id: -4, ...sound, publicKey: Uint8Array.from([2, ...bytesOf(2n ** 256n - 2n ** 32n - 977n)]), good: false },
    ]
    expect(misjudged(emulator, cases)).toEqual([])
  })
})

describe('hashes of the emulated code', () => {
  test('are those of noble for every length around a block', () => {
    const lengths = [0, 1, 3, 31, 32, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 135, 136, 137, 271, 272, 273, 5000]
    const messages = lengths.map((length) => Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255))
    const hashed = (what: number): string[] =>
      emulator
        .run(messages.map((message) => ({ operation: what, message })))
        .map(({ arena }) => hex(arena.subarray(0, 32)))
    expect(hashed(operation.sha256)).toEqual(messages.map((message) => hex(sha256(message))))
    expect(hashed(operation.keccak256)).toEqual(messages.map((message) => hex(keccak256(message))))
  })
})

describe('the whole', () => {
  test('the self-test passes, and finds a single changed bit of the table', () => {
    expect(only(emulator.run([{ operation: operation.selfTest }])).result).toBe(1)
    for (const at of [0, 2048, 4095]) {
      const spoilt = Uint8Array.from(table)
      spoilt[at] = (spoilt[at] ?? 0) ^ 1
      const other = openEmulator(code, spoilt)
      expect(only(other.run([{ operation: operation.selfTest }])).result).toBe(0)
      other.close()
    }
  })

  test('no operation takes more than 1 kB of stack', () => {
    const requests = Object.values(operation).map((what) => ({ operation: what, secret, ...sound }))
    for (const { stackBytes } of emulator.run(requests)) expect(stackBytes).toBeLessThanOrEqual(1024)
  })

  test('an operation that does not exist is refused', () => {
    expect(only(emulator.run([{ operation: 6 }])).result).toBe(-2)
  })

  test('the same C without assembly gives the same signatures', () => {
    const plain = openEmulator(compileSigner(['PLAIN_C']).code, table)
    expect(differingPairs(plain, [...edgePairs().slice(0, 60), ...randomPairs('plain', 40)])).toEqual([])
    plain.close()
  })
})
