import type { Code } from '../../device-sdk/protocol/codes.ts'
import { codes } from '../../device-sdk/protocol/codes.ts'

const sentences = (code: Code, detail: string): string =>
  `${code}: ${codes[code].meaning} (${detail})\n  next: ${codes[code].next}\n`

/** Commander's sentence about wrong use, in the one shape of an error. */
export const wrongUse = (text: string): string =>
  sentences(
    'cli/wrong-use',
    text
      .replace(/^error: /, '')
      .trimEnd()
      .replaceAll('\n', ' '),
  )

/** What a command met and did not expect. The stack is shown only to whoever asks for it. */
export const fatal = (error: unknown): string => {
  const stack = process.env.HEXFIX_VERBOSE === undefined || !(error instanceof Error) ? '' : `${error.stack}\n`
  return sentences('hexfix/failed', error instanceof Error ? error.message : String(error)) + stack
}
