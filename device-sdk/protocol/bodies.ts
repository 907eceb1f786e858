import { decode } from './cbor/decode.ts'
import { encodeCommand, encodeResult, readCommand, readResult } from './command.ts'
import { encodeConnect, readConnect } from './connect.ts'
import { encodeEnrol, readEnrol } from './enrol.ts'
import { encodeEntropy, readEntropy } from './entropy.ts'
import { encodeReceipt, readReceipt } from './receipt.ts'
import { checkSchemas, encodeReport, readReport } from './report.ts'
import type { Result } from './result.ts'
import { ok } from './result.ts'
import { firstOwnSchema, standardSchema } from './schemas.ts'
import { mtypes } from './sign1.ts'
import { encodeSync, readSync } from './sync.ts'
import { encodeTimeRequest, readTimeRequest } from './time-request.ts'
import { encodeUpdate, readUpdate } from './update.ts'

/** Reads a payload as the body of one type and writes it again: the same bytes, or the reason why it is none. */
export type Body = { again(payload: Uint8Array): Result<Uint8Array> }

const body = <T>(read: (payload: Uint8Array) => Result<T>, write: (value: T) => Uint8Array): Body => ({
  again: (payload) => {
    const value = read(payload)
    return value.ok ? ok(write(value.value)) : value
  },
})

/** Schemas of a network's own are known to its registry, not here. */
const report: Body = {
  again: (payload) => {
    const decoded = decode(payload)
    if (!decoded.ok) return decoded
    const read = readReport(decoded.value)
    if (!read.ok) return read
    const { boot, seq, time, blocks } = read.value
    const judged = blocks.filter((block) => block.type !== 'sensor' || block.schema < firstOwnSchema)
    const known = checkSchemas({ boot, seq, time, blocks: judged }, standardSchema)
    return known.ok ? ok(encodeReport(read.value)) : known
  },
}

/** Every type of message, by its number. */
export const bodies: Readonly<Record<number, Body>> = {
  [mtypes.report]: report,
  [mtypes.enrol]: body(readEnrol, encodeEnrol),
  [mtypes.time]: body(readTimeRequest, encodeTimeRequest),
  [mtypes.command]: body(readCommand, encodeCommand),
  [mtypes.result]: body(readResult, encodeResult),
  [mtypes.update]: body(readUpdate, encodeUpdate),
  [mtypes.receipt]: body(readReceipt, encodeReceipt),
  [mtypes.connect]: body(readConnect, encodeConnect),
  [mtypes.entropy]: body(readEntropy, encodeEntropy),
  [mtypes.sync]: body(readSync, encodeSync),
}
