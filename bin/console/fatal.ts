import type { Result } from '../../device-sdk/protocol/result.ts'
import { fail } from '../../device-sdk/protocol/result.ts'

/** Commander's sentence about wrong use, as a failure. */
export const wrongUse = (text: string): Result<never> => {
  const sentence = text.replace(/^error: /, '').trimEnd()
  return fail('cli/wrong-use', sentence.replaceAll('\n', ' '))
}

/** What a command met and did not expect. The stack is shown only to whoever asks for it. */
export const fatal = (error: unknown): Result<never> => {
  if (process.env.HEXFIX_VERBOSE !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return fail('hexfix/failed', error instanceof Error ? error.message : String(error))
}
