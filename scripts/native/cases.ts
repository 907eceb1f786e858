/** Keys and digests at the edges, and what they must give. */
import { nobleSigner, publicKeyOf, sha256 } from '../../device-sdk/signer/index.ts'
import { at, type Emulator, operation, type Reply } from './emulator.ts'

const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n
const prime = 2n ** 256n - 2n ** 32n - 977n
const full = 2n ** 256n - 1n

export const bytesOf = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))

/** Secrets with few bits, many bits, long runs, and at the ends of the range. */
export const edgeSecrets: readonly Uint8Array[] = [
  ...[1n, 2n, 3n, 7n, 16n, 2n ** 32n, 2n ** 64n - 1n, 2n ** 128n, 2n ** 129n - 1n, 2n ** 255n, 2n ** 255n - 1n],
  ...[order - 1n, order - 2n, order >> 1n, (order >> 1n) + 1n, order - 2n ** 128n, full / 3n, (full / 3n) << 1n],
  ...[full / 15n, full / 17n, full / 65537n, 2n ** 13n, 2n ** 65n, 2n ** 247n, 2n ** 252n + 2n ** 3n],
].map(bytesOf)

/** Digests as numbers around zero, n, p and 2^256. */
const edgeDigests: readonly Uint8Array[] = [
  ...[0n, 1n, 2n, order - 1n, order, order + 1n, prime - 1n, prime, full, full - 1n, 2n ** 255n, 2n ** 128n],
].map(bytesOf)

/** No secrets at all: 0, n and what is over it. */
export const noSecrets: readonly Uint8Array[] = [0n, order, order + 1n, full].map(bytesOf)

export type Pair = { readonly secret: Uint8Array; readonly digest: Uint8Array }

/** Every edge secret with every edge digest. */
export const edgePairs = (): Pair[] =>
  edgeSecrets.flatMap((secret) => edgeDigests.map((digest) => ({ secret, digest })))

/** Pairs that a seed makes; the secrets are hashes, which are under n but for a chance of 2^-128. */
export const randomPairs = (seed: string, count: number): Pair[] =>
  Array.from({ length: count }, (_, i) => ({
    secret: sha256(Buffer.from(`${seed} secret ${i}`)),
    digest: sha256(Buffer.from(`${seed} digest ${i}`)),
  }))

export const signatureOf = (reply: Reply): Uint8Array => reply.arena.slice(at.signature, at.signature + 64)
const publicKeyIn = (reply: Reply): Uint8Array => reply.arena.slice(at.publicKey, at.publicKey + 33)

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Signs every pair in the emulator and with noble; the numbers of the pairs where they differ. */
export function differingPairs(emulator: Emulator, pairs: readonly Pair[]): number[] {
  const signed = emulator.run(pairs.map((pair) => ({ operation: operation.sign, ...pair })))
  const keys = emulator.run(pairs.map((pair) => ({ operation: operation.publicKey, ...pair })))
  return pairs.flatMap(({ secret, digest }, i) => {
    const [reply, key] = [signed[i], keys[i]]
    if (!reply || !key) return [i]
    const agrees =
      reply.result >= 0 &&
      reply.result <= 3 &&
      key.result === 0 &&
      same(signatureOf(reply), nobleSigner(secret).sign(digest)) &&
      same(publicKeyIn(key), publicKeyOf(secret))
    return agrees ? [] : [i]
  })
}

/** One case of Wycheproof's P1363 file, with the verdict of this project: high s is refused. */
export type VerifyCase = {
  readonly id: number
  readonly digest: Uint8Array
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
  readonly good: boolean
}

type Group = {
  publicKey: { wx: string; wy: string }
  tests: { tcId: number; msg: string; sig: string; result: string }[]
}

/** The cases whose signature has 64 bytes; the others never reach the native code. */
export function wycheproofCases(file: { testGroups: Group[] }): VerifyCase[] {
  const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
  return file.testGroups.flatMap(({ publicKey: { wx, wy }, tests }) => {
    const x = BigInt(`0x${wx}`)
    const prefix = BigInt(`0x${wy}`) & 1n ? 3 : 2
    return tests
      .filter(({ sig }) => sig.length === 128)
      .map(({ tcId, msg, sig, result }) => ({
        id: tcId,
        digest: sha256(unhex(msg)),
        publicKey: Uint8Array.from([prefix, ...bytesOf(x)]),
        signature: unhex(sig),
        good: result === 'valid' && BigInt(`0x${sig.slice(64)}`) <= order >> 1n,
      }))
  })
}

/** The ids of the cases for which the emulated verifier gives another verdict. */
export function misjudged(emulator: Emulator, cases: readonly VerifyCase[]): number[] {
  const replies = emulator.run(cases.map((one) => ({ operation: operation.verify, ...one })))
  return cases.flatMap(({ id, good }, i) => (replies[i]?.result === (good ? 1 : 0) ? [] : [id]))
}
