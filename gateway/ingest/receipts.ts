import type { ReceiptEntry } from '../../device-sdk/protocol/index.ts'
import {
  bootKey,
  bootOfKey,
  encodeReceipt,
  mtypes,
  receiptEntriesMax,
  verdictNumber,
} from '../../device-sdk/protocol/index.ts'
import type { GatewayIdentity } from '../message/index.ts'
import { signDown } from '../message/index.ts'
import type { Store, StoredEntry } from '../store/index.ts'
import type { Judged } from './ingest.ts'

/** Signs a receipt for one device, tagged: at most 20 entries. */
export const signReceipt = (
  identity: GatewayIdentity,
  deviceKid: string,
  entries: readonly ReceiptEntry[],
): Uint8Array => signDown(identity, mtypes.receipt, deviceKid, encodeReceipt(entries))

/** What a receipt says of an entry of the log. */
export const receiptOfStored = (entry: StoredEntry): ReceiptEntry => ({
  boot: bootOfKey(entry.boot),
  seq: entry.seq,
  digest: entry.digest.slice(0, 8),
  verdict: verdictNumber(entry.code),
  logIndex: entry.logIndex,
})

/** What a receipt says of one judged report; null where boot and seq could not be read. A replay gets the first receipt again. */
const entryOf = ({ incoming, verdict, logIndex }: Judged, store: Store): ReceiptEntry | null => {
  const { pair, digest, code } = verdict
  if (pair === null || digest === null) return null
  const first = verdict.kind === 'replay' ? store.log.find(incoming.kid, bootKey(pair.boot), pair.seq) : null
  if (first !== null) return receiptOfStored(first)
  return { boot: pair.boot, seq: pair.seq, digest: digest.slice(0, 8), verdict: verdictNumber(code), logIndex }
}

/** A receipt for one device, on the way on which its report came: its own connection, or that of relay `via`. */
export type OwedReceipt = { readonly kid: string; readonly via?: string; readonly message: Uint8Array }

/** The signed receipts that a committed batch owes, in order, for the connections that `wants` them now. */
export const receiptsFor = (
  judged: readonly Judged[],
  store: Store,
  identity: GatewayIdentity,
  wants: (kid: string, via?: string) => boolean,
): OwedReceipt[] => {
  const byWay = new Map<string, { kid: string; via?: string; entries: ReceiptEntry[] }>()
  for (const one of judged) {
    const { kid, via } = one.incoming
    const entry = wants(kid, via) ? entryOf(one, store) : null
    if (entry === null) continue
    const key = `${via ?? ''} ${kid}`
    const way = byWay.get(key) ?? { kid, ...(via === undefined ? {} : { via }), entries: [] }
    byWay.set(key, way)
    way.entries.push(entry)
  }
  const receipts: OwedReceipt[] = []
  for (const { entries, ...way } of byWay.values()) {
    for (let from = 0; from < entries.length; from += receiptEntriesMax) {
      const message = signReceipt(identity, way.kid, entries.slice(from, from + receiptEntriesMax))
      receipts.push({ ...way, message })
    }
  }
  return receipts
}
