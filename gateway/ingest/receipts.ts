import type { ReceiptEntry, Sha256, SignDigest } from '../../device-sdk/protocol/index.ts'
import {
  bootKey,
  bootOfKey,
  encodeReceipt,
  fromHex,
  mtypes,
  receiptEntriesMax,
  signPayload,
  verdictNumber,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import type { Store, StoredEntry } from '../store/index.ts'
import type { Judged } from './ingest.ts'

export type GatewayIdentity = {
  readonly net: number
  readonly kid: Uint8Array
  readonly sha256: Sha256
  readonly sign: SignDigest
}

/** Signs a receipt for one device, tagged: at most 20 entries. */
export const signReceipt = (
  identity: GatewayIdentity,
  deviceKid: string,
  entries: readonly ReceiptEntry[],
): Uint8Array => {
  const to = fromHex(deviceKid)
  if (to === null) throw new Error(`not a kid: ${deviceKid}`)
  const binding = { mtype: mtypes.receipt, net: identity.net, kid: identity.kid, to }
  return writeTagged(signPayload(encodeReceipt(entries), binding, identity.sha256, identity.sign))
}

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

/** The signed receipts that a committed batch owes, in order, for the devices that `wants` them now. */
export const receiptsFor = (
  judged: readonly Judged[],
  store: Store,
  identity: GatewayIdentity,
  wants: (kid: string) => boolean,
): { kid: string; message: Uint8Array }[] => {
  const byDevice = new Map<string, ReceiptEntry[]>()
  for (const one of judged) {
    const { kid } = one.incoming
    const entry = wants(kid) ? entryOf(one, store) : null
    if (entry === null) continue
    const entries = byDevice.get(kid)
    if (entries === undefined) byDevice.set(kid, [entry])
    else entries.push(entry)
  }
  const receipts: { kid: string; message: Uint8Array }[] = []
  for (const [kid, entries] of byDevice) {
    for (let from = 0; from < entries.length; from += receiptEntriesMax) {
      const message = signReceipt(identity, kid, entries.slice(from, from + receiptEntriesMax))
      receipts.push({ kid, message })
    }
  }
  return receipts
}
