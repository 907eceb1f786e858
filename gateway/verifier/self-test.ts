import type { Verifier } from './verifier.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

type Case = { readonly digest: Uint8Array; readonly publicKey: Uint8Array; readonly signature: Uint8Array }

const generator = bytes('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798')

/** RFC 6979 signatures of the secrets 1 and 2. */
const first: Case = {
  digest: bytes('d9cdbbd8eb31b0a2d1a08692a90ce8653a4a82925a3ed4a6c52225987c39ba0f'),
  publicKey: generator,
  signature: bytes(
    'e9b03c02e97639d960020a5e8bd0e1a5943d60e5ae2adbec36eeca06c2f87897' +
      '26483e29e24060cef8abaa3a003d8f4d08511d60d740e9f9b0ef776808de305d',
  ),
}
const second: Case = {
  digest: bytes('083ffc01dd80d6dcacc261f008b7348668c428090190e8fbfc86693cb1c578ce'),
  publicKey: bytes('02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5'),
  signature: bytes(
    '5079ea755dd8a472f79634518883774f8659ad41ae4ade6ae98466c78e748c09' +
      '219e2aaf9cfaee6b29d4fd63d61477ff2965d6f3ddabb26c7605ebd626d4b0ca',
  ),
}

const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
const zero = '00'.repeat(32)
const r = Buffer.from(first.signature.subarray(0, 32)).toString('hex')
const s = Buffer.from(first.signature.subarray(32)).toString('hex')
const highS = (BigInt(`0x${order}`) - BigInt(`0x${s}`)).toString(16).padStart(64, '0')

const flipped = (value: Uint8Array, index: number): Uint8Array =>
  value.map((byte, i) => (i === index ? byte ^ 1 : byte))

const bad: readonly (readonly [string, Case])[] = [
  ['another digest', { ...first, digest: flipped(first.digest, 31) }],
  ['another key', { ...first, publicKey: second.publicKey }],
  ['the negated key', { ...first, publicKey: flipped(generator, 0) }],
  ['a key off the curve', { ...first, publicKey: bytes(`02${'00'.repeat(31)}05`) }],
  ['the point at infinity', { ...first, publicKey: new Uint8Array(33) }],
  ['a changed r', { ...first, signature: flipped(first.signature, 3) }],
  ['a changed s', { ...first, signature: flipped(first.signature, 63) }],
  ['s in the upper half', { ...first, signature: bytes(r + highS) }],
  ['r = 0', { ...first, signature: bytes(zero + s) }],
  ['s = 0', { ...first, signature: bytes(r + zero) }],
  ['r = n', { ...first, signature: bytes(order + s) }],
  ['s = n', { ...first, signature: bytes(r + order) }],
]

const holds = (verifier: Verifier, { digest, publicKey, signature }: Case): boolean =>
  verifier.verify(digest, publicKey, signature)

/** Tries a verifier on signatures known to be good and bad. Null, or what it got wrong. */
export const selfTest = (verifier: Verifier): string | null => {
  if (!holds(verifier, first) || !holds(verifier, second)) return 'the self-test failed: it refuses a good signature'
  const passed = bad.find(([, one]) => holds(verifier, one))
  if (passed) return `the self-test failed: it accepts ${passed[0]}`
  // Once more, since a bad one must not leave anything behind.
  return holds(verifier, first) ? null : 'the self-test failed: it refuses a good signature after a bad one'
}

/**
 * Verifications per second of one thread, measured over a short run with one key, as they are for a device that
 * reports often. The figure holds for this machine and this moment.
 */
export const measureRate = (verifier: Verifier, durationMs = 200): number => {
  const start = performance.now()
  let done = 0
  let elapsedMs = 0
  do {
    // In tens, so that reading the clock costs nothing beside them; noble takes milliseconds for ten.
    for (let i = 0; i < 10; i += 1) if (holds(verifier, first)) done += 1
    elapsedMs = performance.now() - start
  } while (elapsedMs < durationMs)
  return Math.round((done * 1000) / elapsedMs)
}
