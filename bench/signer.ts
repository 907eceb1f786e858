/**
 * The JavaScript signer in Node beside noble and elliptic, and beside itself at an earlier commit; then its operations
 * by kind, which is what costs on a board. Arguments: number of signatures, `--against <commit>`, `--drill` to compare
 * 10 000 signatures, and those at the edges, with noble's, and to verify each, as it is and with a bit turned.
 */
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import elliptic from 'elliptic'
import { build } from 'esbuild'
import { combTable } from '../device-sdk/espruino/index.ts'
import { nobleSigner, nobleVerify, publicKeyOf, sha256 } from '../device-sdk/signer/index.ts'
import { edgePairs } from '../scripts/native/cases.ts'
import { randomFrom } from './fuzz/random.ts'
import { openBuild } from './signer/javascript.ts'

const { values, positionals } = parseArgs({
  options: { against: { type: 'string' }, drill: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = 'device-sdk/espruino/signer'
const bytes = combTable()
const table = Uint32Array.from({ length: bytes.length / 3 }, (_, i) =>
  bytes.subarray(3 * i, 3 * i + 3).reduce((sum, byte, place) => sum + byte * 256 ** place, 0),
)
const seed = randomInt(2 ** 32)
const numbered = (kind: string, i: number): Uint8Array => sha256(new TextEncoder().encode(`${kind} ${seed} ${i}`))
const turned = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

const job = (file: string, name: string): string => `import { ${name} } from './${file}.ts'; global.${name} = ${name}`

const bundle = async (from: string): Promise<string> => {
  const hasVerifier = existsSync(join(from, 'verify.ts'))
  const { outputFiles } = await build({
    stdin: {
      contents: [job('sign', 'signJob'), ...(hasVerifier ? [job('verify', 'verify')] : [])].join(';'),
      resolveDir: from,
    },
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** The sources of a commit, in a folder of their own; null where it had none. */
const sourcesOf = (commit: string): string | null => {
  const to = mkdtempSync(join(tmpdir(), 'hexfix-bench-'))
  try {
    const archive = execFileSync('git', ['archive', commit, folder], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
    execFileSync('tar', ['x', '-C', to], { input: archive })
  } catch {
    rmSync(to, { recursive: true })
    return null
  }
  return existsSync(join(to, folder, 'sign.ts')) ? to : null
}

const now = openBuild(await bundle(join(root, folder)), table, sha256, false)

if (values.drill) {
  const random = Array.from({ length: 10_000 }, (_, i) => ({
    secret: numbered('secret', i),
    digest: numbered('message', i),
  }))
  const edges = edgePairs()
  const { below } = randomFrom(seed)
  for (const { secret, digest } of [...edges, ...random]) {
    const differs = (what: string): never => {
      console.error(`drill:signer: ${what}, seed ${seed}: secret ${hex(secret)}, digest ${hex(digest)}`)
      process.exit(1)
    }
    const signature = now.sign(secret, digest).subarray(0, 64)
    const publicKey = publicKeyOf(secret)
    if (hex(signature) !== hex(nobleSigner(secret).sign(digest))) differs('differs from noble')
    if (!now.verify(digest, publicKey, signature)) differs('the signature does not hold')
    const part = below(3)
    const changed = (bytes: Uint8Array, i: number): Uint8Array =>
      part === i ? turned(bytes, below(8 * bytes.length)) : bytes
    const bad = [changed(digest, 0), changed(publicKey, 1), changed(signature, 2)] as const
    if (now.verify(...bad) !== nobleVerify(...bad)) differs(`noble judges otherwise of ${bad.map(hex)}`)
  }
  console.log(
    `${edges.length} signatures with keys and digests at the edges and ${random.length} random ones are noble's, ` +
      `byte for byte, and hold; with a bit turned each is judged as noble does; seed ${seed}`,
  )
  process.exit(0)
}

const rounds = Number(positionals[0] ?? 300)
const secret = numbered('secret', 0)
const noble = nobleSigner(secret)
const curve = new elliptic.ec('secp256k1')
const pair = curve.keyFromPrivate(secret)
const contestants: [string, (digest: Uint8Array) => unknown][] = [
  ['noble', (digest) => noble.sign(digest)],
  ['elliptic', (digest) => pair.sign(digest, { canonical: true })],
  ['this signer', (digest) => now.sign(secret, digest)],
]
const commit = values.against ?? 'HEAD~1'
const old = sourcesOf(commit)
if (old !== null) {
  const before = openBuild(await bundle(join(old, folder)), table, sha256, false)
  contestants.push([`this signer at ${commit}`, (digest) => before.sign(secret, digest)])
}

console.log(`${rounds} signatures each, the same digests; Node ${process.version}`)
let baseline = 0
for (const [name, sign] of contestants) {
  for (let i = 0; i < 20; i++) sign(numbered('warm', i))
  const start = performance.now()
  for (let i = 0; i < rounds; i++) sign(numbered('message', i))
  const ms = (performance.now() - start) / rounds
  if (baseline === 0) baseline = ms
  console.log(`${name.padEnd(24)} ${ms.toFixed(3).padStart(9)} ms   ${(ms / baseline).toFixed(1).padStart(6)} x noble`)
}

console.log('\noperations of one signature')
const count = async (name: string, from: string): Promise<void> => {
  const counted = openBuild(await bundle(join(from, folder)), table, sha256, true)
  counted.sign(secret, numbered('message', 0))
  const { multiplications, convolutions, elements, reads, writes } = counted.operations()
  console.log(
    `${name}: ${Math.ceil(multiplications)} products, ${convolutions} convolutions of ${elements} elements, ` +
      `${reads} reads and ${writes} writes of single limbs`,
  )
}
await count('this signer', root)
if (old !== null) {
  await count(`at ${commit}`, old)
  rmSync(old, { recursive: true })
}
