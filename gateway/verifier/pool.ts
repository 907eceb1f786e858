import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { packBatch, type SignedPayload } from './packing.ts'

export type PoolOptions = {
  readonly net: number
  /** The name of the verifier that the workers load. */
  readonly verifier: string
  /** How many; by default what suits this machine. */
  readonly workers?: number | undefined
  /** What a worker runs; its own file by default. */
  readonly entry?: URL
  /** A worker ended by itself. Its batches come back unanswered. */
  readonly lost?: (why: string) => void
}

export type VerifyPool = {
  /** How many batches can be handed over now; starts the workers when it is asked for the first time. */
  free(): number
  /** How many batches the workers hold together when all are busy. */
  readonly places: number
  /** Hands a batch to the least busy worker. `done` gets the packed answers, or null where the worker was lost. */
  verify(items: readonly SignedPayload[], done: (answers: Uint8Array | null) => void): void
  /** Workers at most, and those that stand ready. */
  readonly workers: number
  ready(): number
  close(): Promise<void>
}

/** While a worker answers one batch, the next waits with it. */
const batchesPerWorker = 2
/** Measured on two cores: a third one gains nothing. */
const workersMost = 2
/** A worker that ends by itself is replaced, but not for ever. */
const lossesMax = 8

type Hand = { readonly worker: Worker; isReady: boolean; readonly waiting: ((answers: Uint8Array | null) => void)[] }

/** Node gives a thread no loader for TypeScript: from source it begins with tsx. */
const fromSource = (entry: URL): string =>
  `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}) })`

// A bundle has it beside the folder of its chunks.
const isSource = import.meta.url.endsWith('.ts')
const ownEntry = new URL(isSource ? './verify-worker.ts' : '../verify-worker.js', import.meta.url)

/** None where there is one core: they would only take turns with the rest. */
const workersHere = (): number => (availableParallelism() < 2 ? 0 : workersMost)

/** Threads that verify signatures, or null where there are to be none. They start with the first load, not with the program. */
export const openPool = ({
  net,
  verifier,
  workers = workersHere(),
  entry = ownEntry,
  lost,
}: PoolOptions): VerifyPool | null => {
  if (workers < 1 || !existsSync(fileURLToPath(entry))) return null
  const hands = new Set<Hand>()
  let losses = 0
  let closed = false

  const hire = (): void => {
    const workerData = { net, name: verifier }
    const worker = entry.pathname.endsWith('.ts')
      ? new Worker(fromSource(entry), { workerData, eval: true })
      : new Worker(entry, { workerData })
    const hand: Hand = { worker, isReady: false, waiting: [] }
    hands.add(hand)
    // Why: nothing that waits for a worker may keep a program alive that is otherwise at its end.
    worker.unref()
    let why = 'it ended'
    worker.on('message', (answers: Uint8Array | null) => {
      if (answers === null) hand.isReady = true
      else hand.waiting.shift()?.(answers)
    })
    worker.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', () => {
      hands.delete(hand)
      if (closed) return
      losses += 1
      lost?.(why)
      for (const done of hand.waiting.splice(0)) done(null)
    })
  }
  const staff = (): void => {
    while (!closed && losses < lossesMax && hands.size < workers) hire()
  }
  const idlest = (): Hand | undefined => {
    let least: Hand | undefined
    for (const hand of hands) {
      if (hand.isReady && hand.waiting.length < (least?.waiting.length ?? batchesPerWorker)) least = hand
    }
    return least
  }

  return {
    places: workers * batchesPerWorker,
    workers,
    free: () => {
      staff()
      let free = 0
      for (const { isReady, waiting } of hands) if (isReady) free += batchesPerWorker - waiting.length
      return free
    },
    verify: (items, done) => {
      const hand = idlest()
      if (hand === undefined) throw new Error('no worker is free')
      const packed = packBatch(items)
      hand.waiting.push(done)
      hand.worker.postMessage(packed, [packed.buffer])
    },
    ready: () => [...hands].filter(({ isReady }) => isReady).length,
    close: async () => {
      closed = true
      await Promise.all([...hands].map(({ worker }) => worker.terminate()))
    },
  }
}
