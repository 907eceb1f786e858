import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { sha256 } from '../../device-sdk/signer/index.ts'
import type { Summary } from '../exchange/index.ts'
import { openLines, scanFile, verifyScan } from '../exchange/index.ts'
import { chosenRuleset } from './chosen-ruleset.ts'

type Options = {
  readonly profile: string
  readonly key?: string
  readonly input: string
  readonly output: string
  readonly explain?: boolean
}

const badLinesShown = 20

const verify = async (options: Options, console: Console): Promise<Result<Summary>> => {
  const profile = chosenRuleset(options)
  if (!profile.ok) return profile
  let bad = 0
  const scan = await scanFile(options.input, profile.value, (failure) => {
    bad++
    if (bad <= badLinesShown) console.warn(failure)
  })
  if (!scan.ok) return scan
  try {
    const output = openLines(options.output)
    try {
      const summary = verifyScan(scan.value, sha256, options.explain ?? false, output.write)
      output.keep()
      return ok(summary)
    } finally {
      output.drop()
    }
  } catch (error) {
    return fail('exchange/unreadable', `${options.output}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    scan.value.partition.close()
  }
}

/** Status 1 where a line was bad: the result is whole otherwise, but not all of the file is in it. */
export const pocVerify = async (options: Options, console: Console): Promise<void> => {
  const summary = await verify(options, console)
  if (summary.ok && summary.value.badLines > 0) process.exitCode = 1
  console.finish(summary, (value) => [
    `${value.profile}: ${value.verdicts} verdicts, ${value.accepted} accepted, ${value.rejected} rejected, ${value.pending} pending`,
    ...Object.entries(value.codes).map(([code, count]) => `  ${String(count).padStart(9)}  ${code}`),
    `${value.amount} units to ${value.points} points; ruleset ${value.ruleset}`,
    ...(value.badLines > 0 ? [`${value.badLines} bad lines`] : []),
  ])
}
