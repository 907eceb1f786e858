/**
 * Builds, runs the suite and ends with one line, `N passed, N failed, N skipped`.
 * Arguments go to vitest: `npm test -- test/gates -t 'wire'`.
 * Exit status 1: a failure, an error outside a test, nothing passed, or, where CI is set, a skip.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseCLI, startVitest } from 'vitest/node'
import { Tally } from './tally.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const tally = new Tally()

try {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
  const reporters = [...(options.reporters ?? ['default']), tally]
  const vitest = await startVitest('test', filter, { ...options, watch: false, run: true, reporters })
  await vitest.close()
} catch (error) {
  // The build and vitest have said why on their own; anything else has not.
  if (error?.status === undefined) console.error(error)
  tally.broken()
}

const inCi = !['', '0', 'false', undefined].includes(process.env.CI)
for (const line of tally.lines()) console.log(line)
process.exitCode = tally.exitCode(inCi)
process.stdout.write(`${tally.summary()}\n`, () => process.exit())
