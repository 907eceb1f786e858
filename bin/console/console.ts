import { codes } from '../../device-sdk/protocol/codes.ts'
import type { Failure, Result } from '../../device-sdk/protocol/result.ts'

/** Where a command's words go. With --json stdout holds one document and everything human goes to stderr. */
export type Console = {
  readonly json: boolean
  /** A line for people. */
  say(line: string): void
  /** Ends a command: the document where --json asked for one, otherwise what `human` makes of it. */
  finish<T>(result: Result<T>, human: (value: T) => readonly string[]): void
  /** Says a failure without ending. */
  warn(failure: Failure): void
}

const plain = (stream: NodeJS.WriteStream): boolean => process.env.NO_COLOR !== undefined || !stream.isTTY
const red = (text: string): string => (plain(process.stderr) ? text : `\u001b[31m${text}\u001b[39m`)

/** What happened, why, and what to do next: the one shape of an error, for people and for programs. */
const sentences = ({ code, detail }: Failure): string[] => {
  const { meaning, next } = codes[code]
  return [`${red(code)}: ${meaning}${detail === undefined ? '' : ` (${detail})`}`, `  next: ${next}`]
}

const status = { failed: 1, wrongUse: 2 } as const

const errorDocument = (failure: Failure) => ({
  error: {
    code: failure.code,
    message: codes[failure.code].meaning,
    next: codes[failure.code].next,
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
  },
})

export const openConsole = ({ json = false }: { readonly json?: boolean }): Console => {
  const human = json ? process.stderr : process.stdout
  const warn = (failure: Failure): void => {
    for (const line of sentences(failure)) process.stderr.write(`${line}\n`)
  }
  return {
    json,
    say: (line) => {
      human.write(`${line}\n`)
    },
    warn,
    finish: (result, lines) => {
      if (!result.ok) {
        process.exitCode = result.error.code === 'cli/wrong-use' ? status.wrongUse : status.failed
        warn(result.error)
        if (json) process.stdout.write(`${JSON.stringify(errorDocument(result.error))}\n`)
      } else if (json) process.stdout.write(`${JSON.stringify(result.value)}\n`)
      else for (const line of lines(result.value)) process.stdout.write(`${line}\n`)
    },
  }
}
