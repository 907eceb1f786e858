import { createReadStream } from 'node:fs'

/** A longer line is none of ours, and holding it whole would be the sender's way to our memory. */
export const lineCharsMax = 1_048_576

/** The lines of a file, those of one read together; null for one over the maximum. The last needs no newline at its end. */
export async function* readLines(path: string): AsyncGenerator<readonly (string | null)[]> {
  let rest = ''
  let isTooLong = false
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: lineCharsMax })) {
    const parts = `${rest}${String(chunk)}`.split('\n')
    rest = parts.pop() ?? ''
    const lines = parts.map((part, i) => ((i === 0 && isTooLong) || part.length > lineCharsMax ? null : part))
    if (parts.length > 0) isTooLong = false
    if (rest.length > lineCharsMax) {
      isTooLong = true
      rest = ''
    }
    yield lines.map((line) => (line?.endsWith('\r') ? line.slice(0, -1) : line))
  }
  if (isTooLong) yield [null]
  else if (rest !== '') yield [rest]
}
