export type AckQueue = {
  /** Adds a message that came; `acknowledge` is called when it and all before it are durable. */
  add(durable: Promise<void>, acknowledge: () => void): void
  /** Forgets what waits: nothing of it is acknowledged any more. */
  close(): void
}

type Entry = { durable: boolean; failure: { readonly error: unknown } | null; readonly acknowledge: () => void }

/**
 * Acknowledges the messages of one connection in the order in which they came [MQTT-4.6.0-2], whatever the order in
 * which they become durable. At the first that does not, the queue closes: those behind it come again with it.
 */
export const createAckQueue = (on: {
  /** How many wait now. */
  readonly changed: (waiting: number) => void
  readonly failed: (error: unknown) => void
}): AckQueue => {
  const entries: Entry[] = []
  let closed = false

  const close = (): void => {
    closed = true
    entries.length = 0
  }
  const flush = (): void => {
    const before = entries.length
    while (entries[0]?.durable) entries.shift()?.acknowledge()
    const failure = entries[0]?.failure
    if (failure) {
      close()
      on.failed(failure.error)
    } else if (entries.length !== before) {
      on.changed(entries.length)
    }
  }

  return {
    add: (durable, acknowledge) => {
      if (closed) return
      const entry: Entry = { durable: false, failure: null, acknowledge }
      entries.push(entry)
      on.changed(entries.length)
      durable.then(
        () => {
          entry.durable = true
          flush()
        },
        (error: unknown) => {
          entry.failure = { error }
          flush()
        },
      )
    },
    close,
  }
}
