/** A drill: the native signer, emulated, against vectors, 10 000 random pairs, and its own trace on 100 of them. */
import { readFileSync } from 'node:fs'
import { recoverPublicKeyAsync } from '@noble/secp256k1'
import { codeBase64, tableBase64 } from '../device-sdk/espruino/native/blob.ts'
import { keccak256, nobleSigner, publicKeyOf, sha256 } from '../device-sdk/signer/index.ts'
import {
  differingPairs,
  edgePairs,
  edgeSecrets,
  misjudged,
  randomPairs,
  signatureOf,
  wycheproofCases,
} from '../scripts/native/cases.ts'
import { openEmulator, operation, type Request } from '../scripts/native/emulator.ts'
import { traceRuns } from '../scripts/native/trace.ts'

const randomCount = Number(process.argv[2] ?? 10_000)
const traceCount = Number(process.argv[3] ?? 100)
const seed = process.argv[4] ?? `${Date.now()}`

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))
const code = fromBase64(codeBase64)
const table = fromBase64(tableBase64)
const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../test/vectors/${name}`, import.meta.url), 'utf8'))
const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const faults: string[] = []
const count = (what: string, all: number, wrong: readonly (number | string)[]): void => {
  console.log(`${what}: ${all - wrong.length} of ${all}`)
  for (const one of wrong.slice(0, 5)) faults.push(`${what}: ${one}`)
}

console.log(`emulated Cortex-M4; seed ${seed}; code ${code.length} B, table ${table.length} B`)
const emulator = openEmulator(code, table)

type Valid = { d: string; m: string; signature: string }
const { valid }: { valid: Valid[] } = vectors('noble_ecdsa_rfc6979_200.json')
const published = emulator.run(
  valid.map(({ d, m }) => ({ operation: operation.sign, secret: unhex(d), digest: unhex(m) })),
)
count(
  'published RFC 6979 vectors',
  valid.length,
  valid.flatMap(({ signature }, i) => {
    const reply = published[i]
    return reply && same(signatureOf(reply), unhex(signature)) ? [] : [i]
  }),
)

const edges = edgePairs()
count('keys and digests at the edges, as noble', edges.length, differingPairs(emulator, edges))

const wycheproof = wycheproofCases(vectors('wycheproof_ecdsa_secp256k1_sha256_p1363_test.json'))
count('Wycheproof verdicts, with low s', wycheproof.length, misjudged(emulator, wycheproof))

const pairs = randomPairs(seed, randomCount)
count('random keys and digests, as noble', pairs.length, differingPairs(emulator, pairs))

// The recovery id of each tenth pair; then its signature, whole and with one bit changed, for the verifier.
const tenth = pairs.filter((_, i) => i % 10 === 0)
const signed = emulator.run(tenth.map((pair) => ({ operation: operation.sign, ...pair })))
const unrecovered: number[] = []
for (const [i, { digest, secret }] of tenth.entries()) {
  const reply = signed[i]
  if (!reply) throw new Error('a reply is missing')
  const recoverable = Uint8Array.from([reply.result, ...signatureOf(reply)])
  const key = await recoverPublicKeyAsync(recoverable, digest, { prehash: false })
  if (!same(key, publicKeyOf(secret))) unrecovered.push(i)
}
count('public keys found again by the recovery id', tenth.length, unrecovered)
const checks = tenth.flatMap(({ secret, digest }, id) => {
  const good = { id, digest, publicKey: publicKeyOf(secret), signature: nobleSigner(secret).sign(digest), good: true }
  const signature = good.signature.map((byte, at) => (at === id % 64 ? byte ^ (1 << (id % 8)) : byte))
  return [good, { ...good, signature, good: false }]
})
count('verifications, good and spoilt', checks.length, misjudged(emulator, checks))

const messages = Array.from({ length: 300 }, (_, length) => sha256(Buffer.from(`${seed} ${length}`)).slice(0, 32)).map(
  (start, length) => Uint8Array.from({ length }, (_, i) => (start[i % 32] ?? 0) ^ (i >> 5)),
)
const hashed = (what: number) => emulator.run(messages.map((message) => ({ operation: what, message })))
for (const [name, what, hash] of [
  ['sha-256', operation.sha256, sha256],
  ['keccak-256', operation.keccak256, keccak256],
] as const) {
  const replies = hashed(what)
  count(
    `${name} of 0 to 299 bytes`,
    messages.length,
    messages.flatMap((message, i) =>
      same(replies[i]?.arena.subarray(0, 32) ?? new Uint8Array(), hash(message)) ? [] : [i],
    ),
  )
}

const secret = sha256(Buffer.from(`${seed} stack`))
const all: Request = {
  operation: operation.selfTest,
  secret,
  digest: secret,
  publicKey: publicKeyOf(secret),
  signature: nobleSigner(secret).sign(secret),
}
const stacks = Object.entries(operation).map(([name, what]) => {
  const [reply] = emulator.run([{ ...all, operation: what }])
  return `${name} ${reply?.stackBytes ?? 0}`
})
console.log(`stack, bytes: ${stacks.join(', ')}`)
emulator.close()

const traced: Request[] = [
  ...randomPairs(`${seed} trace`, traceCount).map((pair) => ({ operation: operation.sign, ...pair })),
  ...edgeSecrets.map((one) => ({ operation: operation.sign, secret: one, digest: new Uint8Array(32) })),
]
const signing = traceRuns(code, table, traced)
count(
  'runs whose addresses, executed and touched, are those of the first',
  signing.length,
  signing.flatMap(({ differs }) => differs ?? []),
)
const making = traceRuns(
  code,
  table,
  traced.map((one) => ({ ...one, operation: operation.publicKey })),
)
count(
  'and of making a public key',
  making.length,
  making.flatMap(({ differs }) => differs ?? []),
)
const [verifying] = traceRuns(code, table, [{ ...all, operation: operation.verify }])
for (const [name, trace] of [
  ['a signature', signing[0]],
  ['a public key', making[0]],
  ['a verification', verifying],
] as const) {
  console.log(`${name}: ${trace?.instructions} instructions, ${trace?.accesses} loads and stores`)
}

for (const fault of faults) console.error(`wrong: ${fault}`)
process.exitCode = faults.length > 0 ? 1 : 0
