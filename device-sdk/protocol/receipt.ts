import type { Boot } from './boot.ts'
import { isBoot } from './boot.ts'
import { decode } from './cbor/decode.ts'
import { encode } from './cbor/encode.ts'
import { isBytes, isList, isUint, isUint32 } from './cbor/value.ts'
import { receiptEntriesMax } from './limits.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'

/** digest = SHA-256(payload)[0..8); `verdict` as numbered in `codes`; `logIndex` where the report stands in the log, or null. */
export type ReceiptEntry = {
  readonly boot: Boot
  readonly seq: number
  readonly digest: Uint8Array
  readonly verdict: number
  readonly logIndex: number | null
}

export const encodeReceipt = (entries: readonly ReceiptEntry[]): Uint8Array =>
  encode(entries.map((entry) => [entry.boot, entry.seq, entry.digest, entry.verdict, entry.logIndex]))

export const readReceipt = (payload: Uint8Array): Result<ReceiptEntry[]> => {
  const decoded = decode(payload)
  if (!decoded.ok) return decoded
  const list = decoded.value
  if (!isList(list) || list.length < 1 || list.length > receiptEntriesMax) {
    return fail('wire/malformed', `a receipt has 1 to ${receiptEntriesMax} entries`)
  }
  const entries: ReceiptEntry[] = []
  for (const entry of list) {
    if (!isList(entry) || entry.length !== 5) return fail('wire/malformed', `receipt entry ${entries.length}`)
    const boot = entry[0]
    const seq = entry[1]
    const digest = entry[2]
    const verdict = entry[3]
    const logIndex = entry[4]
    if (
      !isBoot(boot) ||
      !isUint32(seq) ||
      !isBytes(digest, 8) ||
      !isUint(verdict) ||
      !(logIndex === null || isUint(logIndex))
    ) {
      return fail('wire/malformed', `receipt entry ${entries.length}`)
    }
    entries.push({ boot, seq, digest, verdict, logIndex })
  }
  return ok(entries)
}
