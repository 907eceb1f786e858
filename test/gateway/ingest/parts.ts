import { standardSchema } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import type { IncomingReport } from '../../../gateway/ingest/admit.ts'
import type { Judged } from '../../../gateway/ingest/index.ts'
import { dailyQuota, replayWindow, startIngest } from '../../../gateway/ingest/index.ts'
import type { Store } from '../../../gateway/store/index.ts'
import type { VerifyPool } from '../../../gateway/verifier/index.ts'
import { countingVerifier, openTestRegistry } from '../harness.ts'
import type { TestKey } from '../keys.ts'
import { net, someTimeS } from '../keys.ts'

/** The ingest of a gateway over a real store, without sockets. `observed` sees the store before the ingest does. */
export const openTestIngest = (
  keys: readonly TestKey[],
  observed = (store: Store): Store => store,
  bytesPerDayMax = 2 ** 40,
  how: { readonly pool?: VerifyPool; readonly commitDelayMs?: number } = {},
) => {
  const { folder, store, registry } = openTestRegistry(keys)
  const counted = countingVerifier()
  const committed: Judged[] = []
  const failures: { message: string; messages: number }[] = []
  const events: string[] = []
  const ingest = startIngest({
    net,
    sha256,
    verify: counted.verify,
    schemaOf: standardSchema,
    keyOf: (kid) => {
      const device = registry.get(kid)
      return device === null ? null : { publicKey: device.publicKey, revoked: device.status === 'revoked' }
    },
    store: observed(store),
    window: replayWindow(store.log.boots()),
    quota: dailyQuota(store, bytesPerDayMax),
    isPending: (kid) => registry.get(kid)?.status === 'pending',
    onActivated: ({ kid, event }) => {
      registry.activated(kid)
      events.push(`${event} ${kid}`)
    },
    pool: how.pool ?? null,
    commitDelayMs: how.commitDelayMs ?? 0,
    onCommitted: (judged) => {
      events.push('told')
      committed.push(...judged)
    },
    onStoreDown: ({ message }, messages) => failures.push({ message, messages }),
  })
  /** Resolves when the message is on disk, and rejects when it cannot be written. */
  const takeOne = (incoming: IncomingReport): Promise<void> =>
    new Promise((resolve, reject) => {
      ingest.take(incoming, (error) => (error === null ? resolve() : reject(error)))
    })
  /** Gives messages of one device together and waits for them; the codes in their order. */
  const take = async (key: TestKey, ...messages: readonly Uint8Array[]): Promise<string[]> => {
    const from = committed.length
    await Promise.all(messages.map((message) => takeOne({ kid: key.kid, message, receivedMs: someTimeS * 1000 })))
    return committed.slice(from).map(({ verdict }) => verdict.code)
  }
  return { folder, store, registry, ingest, take, takeOne, committed, failures, events, counted }
}
