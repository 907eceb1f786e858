import { judge } from './fuzz/judge.ts'
import { mutations } from './fuzz/mutate.ts'
import { randomFrom } from './fuzz/random.ts'
import { fuzzSeeds } from './fuzz/seeds.ts'

/**
 * Feeds hostile bytes to every reader of the wire format: mutations of the published vectors, and random bytes.
 * Usage: `tsx bench/fuzz.ts [count] [seed]`. Nothing may throw, and what is accepted must be written to the same bytes.
 * The same seed gives the same inputs. Exit status 1 after the first findings.
 */
const findingsMax = 10
const count = Number(process.argv[2] ?? 10_000_000)
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 32))
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  console.error('usage: tsx bench/fuzz.ts [count] [seed], both integers, count at least 1')
  process.exit(2)
}

const random = randomFrom(seed)
const seeds = fuzzSeeds()
const tally: Record<string, number> = {}
const findings: string[] = []
console.log(`fuzz: ${count} inputs from ${seeds.length} messages and bodies, seed ${seed}`)

const started = performance.now()
let bytes = 0
let made = 0
for (const input of mutations(seeds, random)) {
  if (made++ === count) break
  bytes += input.length
  const found = judge(input, tally)
  if (found === null) continue
  findings.push(`${found}: ${Buffer.from(input).toString('hex')}`)
  if (findings.length === findingsMax) break
}
const seconds = (performance.now() - started) / 1000

const ranked = Object.entries(tally).sort((a, b) => b[1] - a[1])
for (const [name, times] of ranked) console.log(`${String(times).padStart(12)}  ${name}`)
const rate = Math.round(Math.min(made, count) / seconds)
console.log(
  `${Math.min(made, count)} inputs, ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s: ${rate} a second`,
)
for (const finding of findings) console.error(`finding: ${finding}`)
if (findings.length > 0) {
  console.error(`${findings.length} findings; the same inputs again: tsx bench/fuzz.ts ${count} ${seed}`)
  process.exitCode = 1
}
