import type { Store } from '../store/index.ts'
import type { SignedPayload, VerifyPool } from '../verifier/index.ts'
import { answerAt } from '../verifier/index.ts'
import type { AdmitDeps, CheckedSignature, IncomingReport, OpenedReport } from './admit.ts'
import { beforeSignature, openReport } from './admit.ts'
import type { DailyQuota } from './quota.ts'
import type { ReplayWindow } from './window.ts'

export type LaneDeps = Omit<AdmitDeps, 'digestAt' | 'sessionOf' | 'inWindow' | 'mayStore'> & {
  readonly store: Store
  readonly window: ReplayWindow
  readonly quota: DailyQuota
  /** Threads that check signatures under load; null where this one does all. */
  readonly pool: VerifyPool | null
}

/** Hears once what became of a message: null when it is on disk with its verdict, or why it could not be written. */
export type Settle = (error: Error | null) => void

/** A report on its way: `checked` is null until a worker has looked at its signature, and stays so where none does. */
export type Taken = {
  readonly incoming: IncomingReport
  readonly opened: OpenedReport
  checked: CheckedSignature | null
  readonly settle: Settle
}

/** Past what a look at a few signatures costs, it pays to hand them to a worker. */
const handedOverMin = 8
/** Small enough that the first answers come soon, large enough that a message to a thread costs nothing beside it. */
const [batchMin, batchMax] = [32, 512]

type Batch = { readonly taken: readonly Taken[]; isDone: boolean }

/**
 * Brings reports to the point where they can be judged, in the order in which they came, whatever thread looked at them.
 * Few go straight through, and their signatures are checked when they are judged; many have theirs checked by the pool.
 */
export const createLanes = ({ deps, ready }: { readonly deps: LaneDeps; ready(batch: readonly Taken[]): void }) => {
  const { pool, window, quota, store } = deps
  let arrived: Taken[] = []
  let out: Batch[] = []
  let outside = 0
  let scheduled = false

  /** As things stand before what is on its way is written: it decides who is worth a worker's time, and nothing else. */
  const asItStands = {
    ...deps,
    digestAt: (kid: string, boot: string, seq: number): Uint8Array | null =>
      window.mayHold(kid, boot, seq) ? (store.log.find(kid, boot, seq)?.digest ?? null) : null,
    sessionOf: store.sessions.stateOf,
    inWindow: window.contains,
    mayStore: quota.allows,
  }

  /** Gives on what is done, up to the first batch that is not. */
  const advance = (): void => {
    let count = 0
    while (out[count]?.isDone) count++
    if (count === 0) return
    const done = out.splice(0, count).flatMap(({ taken }) => taken)
    outside -= done.length
    ready(done)
  }

  const handOver = (taken: readonly Taken[]): void => {
    const batch: Batch = { taken, isDone: false }
    out.push(batch)
    outside += taken.length
    const items: SignedPayload[] = []
    const asked: Taken[] = []
    for (const one of taken) {
      const { incoming, opened } = one
      const found = beforeSignature(incoming, opened, asItStands)
      if (found.kind !== 'candidate') continue
      const { payload, signature } = found.sign1
      items.push({ kid: incoming.kid, publicKey: found.publicKey, payload, signature })
      asked.push(one)
    }
    const answered = (answers: Uint8Array | null): void => {
      batch.isDone = true
      // What a lost worker leaves open is checked when it is judged.
      if (answers !== null) {
        for (const [place, one] of asked.entries()) {
          const { holds, digest } = answerAt(answers, place)
          one.opened.digest = digest
          one.checked = { publicKey: items[place]?.publicKey as Uint8Array, holds }
        }
      }
      dispatch()
    }
    if (items.length === 0) batch.isDone = true
    else pool?.verify(items, answered)
  }

  const dispatch = (): void => {
    let free = pool === null || (out.length === 0 && arrived.length < handedOverMin) ? 0 : pool.free()
    while (arrived.length > 0 && free > 0) {
      const share = Math.ceil((arrived.length + outside) / (pool?.places ?? 1))
      handOver(arrived.splice(0, Math.max(batchMin, Math.min(batchMax, share))))
      free = pool?.free() ?? 0
    }
    advance()
    // Nobody is outside: nothing can overtake, and nobody else will look at these.
    if (out.length === 0 && arrived.length > 0) {
      const batch = arrived
      arrived = []
      ready(batch)
    }
  }

  return {
    take: (incoming: IncomingReport, settle: Settle): void => {
      arrived.push({ incoming, opened: openReport(incoming.message), checked: null, settle })
      if (scheduled) return
      scheduled = true
      // After the sockets that are ready now have been read: what came together goes together.
      setImmediate(() => {
        scheduled = false
        dispatch()
      })
    },
    /** Gives on all that is here, without waiting for a worker. */
    flush: (): void => {
      const rest = [...out.flatMap(({ taken }) => taken), ...arrived]
      out = []
      outside = 0
      arrived = []
      ready(rest)
    },
  }
}
