/** A drill: all verifiers on the same random messages, good and spoiled, must agree with what was done to each, and so with each other. */
import { randomBytes, randomInt } from 'node:crypto'
import { nobleSigner, sha256 } from '../device-sdk/signer/index.ts'
import { verifierLoaders } from '../gateway/verifier/index.ts'

const count = Number(process.argv[2] ?? 100_000)
const keysMax = 500
const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n

const bigOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const bytesOf = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')

type Case = { digest: Uint8Array; publicKey: Uint8Array; signature: Uint8Array }
/** What can be done to a good case, and whether it is still good. */
const spoilers: readonly { name: string; good: boolean; spoil(one: Case, other: Uint8Array): Case }[] = [
  { name: 'as signed', good: true, spoil: (one) => one },
  {
    name: 'high s',
    good: false,
    spoil: (one) => {
      const s = bytesOf(order - bigOf(one.signature.subarray(32)))
      return { ...one, signature: Buffer.concat([one.signature.subarray(0, 32), s]) }
    },
  },
  { name: 'another key', good: false, spoil: (one, other) => ({ ...one, publicKey: other }) },
  {
    name: 'a bit of the digest',
    good: false,
    spoil: (one) => ({ ...one, digest: one.digest.map((byte, i) => (i === 7 ? byte ^ 0x10 : byte)) }),
  },
  {
    name: 'a bit of the signature',
    good: false,
    spoil: (one) => {
      const at = randomInt(64)
      return { ...one, signature: one.signature.map((byte, i) => (i === at ? byte ^ (1 << randomInt(8)) : byte)) }
    },
  },
  {
    name: 'r zero',
    good: false,
    spoil: (one) => ({ ...one, signature: one.signature.map((byte, i) => (i < 32 ? 0 : byte)) }),
  },
]

const keys = Array.from({ length: Math.min(keysMax, count) }, () => nobleSigner(randomBytes(32)))
const verifiers = await Promise.all(Object.values(verifierLoaders).map((load) => load()))
process.stdout.write(
  `${count} random messages, ${keys.length} keys, verifiers: ${verifiers.map(({ name }) => name).join(', ')}\n`,
)

const wrong = new Map<string, number>()
for (let i = 0; i < count; i++) {
  const signer = keys[i % keys.length] as (typeof keys)[number]
  const digest = sha256(randomBytes(1 + randomInt(300)))
  const made = { digest, publicKey: signer.publicKey, signature: signer.sign(digest) }
  const { name, good, spoil } = spoilers[i % spoilers.length] as (typeof spoilers)[number]
  const other = (keys[(i + 1) % keys.length] as (typeof keys)[number]).publicKey
  const one = spoil(made, other)
  for (const verifier of verifiers) {
    if (verifier.verify(one.digest, one.publicKey, one.signature) === good) continue
    const key = `${verifier.name} on ${name}`
    wrong.set(key, (wrong.get(key) ?? 0) + 1)
  }
}
for (const [what, times] of wrong) process.stdout.write(`WRONG ${what}: ${times} times\n`)
process.stdout.write(wrong.size === 0 ? `all agree on ${count}\n` : 'they do not agree\n')
process.exitCode = wrong.size === 0 && verifiers.length === 4 ? 0 : 1
