/** The packet identifier of a QoS 1 publish, or null for one of QoS 0, which gets no PUBACK. */
type MessageId = number | null

export type AckQueue = {
  /** Adds a message that came. @returns what is to be called once, when it is durable (null), or cannot become so. */
  expect(messageId: MessageId): (error: Error | null) => void
  /** Forgets what waits: nothing of it is acknowledged any more. */
  close(): void
}

type Entry = { readonly messageId: MessageId; durable: boolean; error: Error | null }

/** MQTT 3.1.1 section 3.4: four bytes each. */
const pubacks = (messageIds: readonly number[]): Buffer => {
  const bytes = Buffer.allocUnsafe(4 * messageIds.length)
  let at = 0
  for (const messageId of messageIds) {
    at = bytes.writeUInt16BE(0x4002, at)
    at = bytes.writeUInt16BE(messageId, at)
  }
  return bytes
}

/**
 * Acknowledges the messages of one connection in the order in which they came [MQTT-4.6.0-2], whatever the order in
 * which they become durable. At the first that does not, the queue closes: those behind it come again with it.
 * What becomes durable together leaves in one write.
 */
export const createAckQueue = (on: {
  readonly write: (pubacks: Buffer) => void
  /** How many wait now. */
  readonly changed: (waiting: number) => void
  readonly failed: (error: Error) => void
}): AckQueue => {
  let entries: Entry[] = []
  let closed = false
  let scheduled = false

  const close = (): void => {
    closed = true
    entries = []
  }
  const flush = (): void => {
    scheduled = false
    if (closed) return
    let count = 0
    const acknowledged: number[] = []
    for (; entries[count]?.durable; count++) {
      const id = entries[count]?.messageId ?? null
      if (id !== null) acknowledged.push(id)
    }
    entries.splice(0, count)
    if (acknowledged.length > 0) on.write(pubacks(acknowledged))
    const error = entries[0]?.error ?? null
    if (error !== null) {
      close()
      on.failed(error)
    } else if (count > 0) on.changed(entries.length)
  }

  return {
    expect: (messageId) => {
      const entry: Entry = { messageId, durable: false, error: null }
      if (closed) return () => {}
      entries.push(entry)
      on.changed(entries.length)
      return (error) => {
        entry.durable = error === null
        entry.error = error
        if (scheduled) return
        scheduled = true
        // Why: after the commit has settled all of its messages.
        queueMicrotask(flush)
      }
    },
    close,
  }
}
