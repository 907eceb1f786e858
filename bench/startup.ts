/** How long the command line takes to say its help, against an empty node in the same run. Fails over the budget. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const rounds = 21
const ratioMax = 1.8
const cli = fileURLToPath(new URL('../dist/hexfix.js', import.meta.url))

const timeMs = (args: readonly string[]): number => {
  const from = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}; run npm run prepare first`)
  return performance.now() - from
}
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const empty: number[] = []
const help: number[] = []
for (let round = 0; round < rounds; round++) {
  empty.push(timeMs(['--eval', '0']))
  help.push(timeMs([cli, '--help']))
}
const ratio = median(help) / median(empty)
const [baseline, measured] = [median(empty), median(help)].map((ms) => `${ms.toFixed(0)} ms`)
process.stdout.write(
  `hexfix --help, median of ${rounds}: ${measured}, empty node ${baseline}: ${ratio.toFixed(2)} times, at most ${ratioMax}\n`,
)
process.exitCode = ratio <= ratioMax ? 0 : 1
