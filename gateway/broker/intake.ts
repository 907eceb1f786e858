/** What a QoS 1 PUBLISH holds, as views into what was read. */
export type TakenPublish = {
  readonly topic: Buffer
  readonly messageId: number
  readonly payload: Buffer
}

export type Intake = {
  /** @returns what is left of the piece for the broker, in order; nothing where all of it was taken or waits for its end. */
  feed(piece: Buffer): Buffer
}

const nothing = Buffer.alloc(0)
/** PUBLISH with QoS 1, not retained; DUP may be set (MQTT 3.1.1 section 3.3.1). */
const isTakeable = (first: number): boolean => (first & 0b1111_0111) === 0b0011_0010

/** The end of the fixed header that begins at `from`, and of its packet; null where the header is not complete. */
const extentOf = (bytes: Buffer, from: number): { readonly body: number; readonly end: number } | null => {
  let length = 0
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at] as number
    length += (byte & 0x7f) * 128 ** (at - from - 1)
    if ((byte & 0x80) === 0) return { body: at + 1, end: at + 1 + length }
  }
  return null
}

const readPublish = (bytes: Buffer, body: number, end: number): TakenPublish | null => {
  if (body + 2 > end) return null
  const topicEnd = body + 2 + bytes.readUInt16BE(body)
  if (topicEnd + 2 > end) return null
  return {
    topic: bytes.subarray(body + 2, topicEnd),
    messageId: bytes.readUInt16BE(topicEnd),
    payload: bytes.subarray(topicEnd + 2, end),
  }
}

const joined = (pieces: readonly Buffer[]): Buffer => {
  const [first] = pieces
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces)
}

/**
 * Takes the QoS 1 publishes that `take` accepts out of a stream whose framing was checked before, cut anywhere, and leaves
 * everything else as it came. Why: an MQTT library spends more on a publish than the store does.
 * Holds at most one packet, the one whose end has not come yet.
 */
export const createIntake = (take: (publish: TakenPublish) => boolean): Intake => {
  /** A fixed header that is not complete. */
  let head: Buffer = nothing
  /** A packet that may be taken, as far as it has come. */
  let whole: Buffer | null = null
  let filled = 0
  /** What is still to come of a packet that passes. */
  let passing = 0

  /** Fills the packet that has begun. @returns how many bytes of the piece that took. */
  const fill = (packet: Buffer, piece: Buffer): number => {
    const count = piece.copy(packet, filled)
    filled += count
    if (filled === packet.length) whole = null
    return count
  }

  const scan = (bytes: Buffer, left: Buffer[]): void => {
    let at = Math.min(passing, bytes.length)
    passing -= at
    /** From here to `at` everything passes. */
    let from = 0
    const pass = (): void => {
      if (at > from) left.push(bytes.subarray(from, at))
    }
    while (at < bytes.length) {
      const extent = extentOf(bytes, at)
      const mayTake = isTakeable(bytes[at] as number)
      if (extent === null) {
        pass()
        head = bytes.subarray(at)
        return
      }
      if (mayTake && extent.end > bytes.length) {
        pass()
        // Why a copy: pieces of one byte each would otherwise keep a buffer each.
        whole = Buffer.allocUnsafe(extent.end - at)
        filled = bytes.copy(whole, 0, at)
        return
      }
      const publish = mayTake ? readPublish(bytes, extent.body, extent.end) : null
      if (publish !== null && take(publish)) {
        pass()
        from = extent.end
      }
      passing = Math.max(0, extent.end - bytes.length)
      at = Math.min(extent.end, bytes.length)
    }
    pass()
  }

  return {
    feed: (piece) => {
      const left: Buffer[] = []
      let rest = piece
      if (whole !== null) {
        const packet = whole
        rest = piece.subarray(fill(packet, piece))
        if (whole !== null) return nothing
        scan(packet, left)
      } else if (head.length > 0) {
        rest = Buffer.concat([head, piece])
        head = nothing
      }
      scan(rest, left)
      return joined(left)
    },
  }
}
