import { hash, randomBytes } from 'node:crypto'
import { toHex } from '../../device-sdk/protocol/index.ts'
import { countedReport, readingsOf } from '../epoch/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Store, StoredEntry } from '../store/index.ts'

/** What a consumer asks for: the reports with readings after an index of the log, of one device or of all. */
export type Take = { readonly after: number; readonly limit: number; readonly kid?: string | undefined }

export type Taken = {
  readonly entries: readonly StoredEntry[]
  /** Where the next one goes on. */
  readonly next: number
  readonly head: number
  /** How many of them count as consumed from now on: those of others that this consumer did not take before. */
  readonly counted: number
}

type Deps = { readonly store: Store; readonly registry: Registry; now(): number }

const tokenBytes = 32
/** So much of the log is looked through for one answer. */
const entriesMax = 1_000

const hashOf = (token: string): string => hash('sha256', token)

/**
 * Who consumes, and the record of it: taking delivery of a reading is its consumption. A consumer is an address that the host
 * named and gave a token; each report counts once for each of them, and an owner's own devices do not count.
 */
export const openConsumptionDesk = ({ store, registry, now }: Deps) => {
  /** Who gets the money of a device, in hex; of a key that was rotated, the one of its heir. */
  const payeeOf = (kid: string): string | null => {
    const device = registry.get(kid)
    if (device === null) return null
    return device.rotatedTo === null ? toHex(device.owner ?? device.address) : payeeOf(device.rotatedTo)
  }

  return {
    consumers: () => store.consumption.consumers().map(({ address, name, addedMs }) => ({ address, name, addedMs })),
    /** @param address - 40 hex digits. @returns the token, which is told this once; an older one opens nothing any more. */
    admit: (address: string, name: string): string => {
      const token = randomBytes(tokenBytes).toString('base64url')
      store.consumption.putConsumer({ address, name, tokenHash: hashOf(token), addedMs: now() })
      return token
    },
    withdraw: store.consumption.removeConsumer,
    /** The address behind a token; null where it is none. */
    consumerOf: (token: string): string | null => store.consumption.byToken(hashOf(token))?.address ?? null,
    take: (consumer: string, { after, limit, kid }: Take): Taken => {
      const head = store.log.head()
      const entries: StoredEntry[] = []
      let next = after
      for (const entry of store.log.range(after, head, entriesMax)) {
        if (entries.length === limit) break
        next = entry.logIndex
        const report = kid === undefined || entry.kid === kid ? countedReport(entry, Number.POSITIVE_INFINITY) : null
        if (report !== null && readingsOf(report) > 0) entries.push(entry)
      }
      const receivedMs = now()
      const others = entries.filter((entry) => payeeOf(entry.kid) !== consumer)
      const counted = store.consumption.add(others.map(({ logIndex }) => ({ consumer, logIndex, receivedMs })))
      return { entries, next, head, counted }
    },
  }
}

export type ConsumptionDesk = ReturnType<typeof openConsumptionDesk>
