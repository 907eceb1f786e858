import type { CborValue, Result } from '../../device-sdk/protocol/index.ts'
import {
  checkSchemas,
  decode,
  encode,
  encodeConnect,
  encodeEnrol,
  encodeReceipt,
  encodeReport,
  equalBytes,
  readConnect,
  readEnrol,
  readReceipt,
  readReport,
  readSign1,
  standardSchema,
  writeCompact,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'

type Tally = Record<string, number>

const count = (tally: Tally, reader: string, result: Result<unknown>): void => {
  const name = `${reader} ${result.ok ? 'accepted' : result.error.code}`
  tally[name] = (tally[name] ?? 0) + 1
}

type Body = { readonly name: string; readonly rewrite: (bytes: Uint8Array, tally: Tally) => Uint8Array | null }

/** A reader with its writer: the bytes written again of what was read, or null where it was refused. */
const body = <T>(name: string, read: (bytes: Uint8Array) => Result<T>, write: (value: T) => Uint8Array): Body => ({
  name,
  rewrite: (bytes, tally) => {
    const result = read(bytes)
    count(tally, name, result)
    return result.ok ? write(result.value) : null
  },
})

const readReportBytes = (bytes: Uint8Array) => {
  const decoded = decode(bytes)
  return decoded.ok ? readReport(decoded.value) : decoded
}

const bodies: readonly Body[] = [
  body<CborValue>('decode', decode, encode),
  body('readReport', readReportBytes, encodeReport),
  body('readConnect', readConnect, encodeConnect),
  body('readReceipt', readReceipt, encodeReceipt),
  body('readEnrol', readEnrol, encodeEnrol),
]

const judgeBody = (bytes: Uint8Array, tally: Tally): string | null => {
  for (const { name, rewrite } of bodies) {
    const again = rewrite(bytes, tally)
    if (again !== null && !equalBytes(again, bytes)) return `${name} accepts what it would write otherwise`
  }
  const report = readReportBytes(bytes)
  if (report.ok) count(tally, 'checkSchemas', checkSchemas(report.value, standardSchema))
  return null
}

/** Reads the input as a message, as the payload in it, and as a body. @returns what went wrong, or null. */
export const judge = (input: Uint8Array, tally: Tally): string | null => {
  const before = input.slice()
  try {
    const message = readSign1(input)
    count(tally, 'readSign1', message)
    if (message.ok) {
      const again = input[0] === 0xd2 ? writeTagged(message.value) : writeCompact(message.value)
      if (!equalBytes(again, input)) return 'readSign1 accepts what it would write otherwise'
      const found = judgeBody(message.value.payload, tally)
      if (found !== null) return found
    }
    const found = judgeBody(input, tally)
    if (found !== null) return found
  } catch (error) {
    return `thrown: ${error instanceof Error ? error.message : String(error)}`
  }
  return equalBytes(before, input) ? null : 'the input was changed'
}
