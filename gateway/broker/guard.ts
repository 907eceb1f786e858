import { Duplex } from 'node:stream'
import type { Code } from '../../device-sdk/protocol/codes.ts'
import { createFraming } from './framing.ts'
import { createIntake, type Intake, type TakenPublish } from './intake.ts'
import type { BrokerLimits } from './limits.ts'
import { createPace } from './pace.ts'

export type GuardOptions = {
  readonly remoteAddress: string
  readonly limits: Pick<
    BrokerLimits,
    'connectBytesMax' | 'packetBytesMax' | 'connectTimeoutMs' | 'publishesPerSMax' | 'bytesPerSMax'
  >
  /** Called at most once, as the guard ends the connection. */
  readonly refused: (refusal: { readonly code: Code; readonly remoteAddress: string }) => void
}

export type Guard = {
  /** What the broker reads and writes in place of the socket. Destroying it ends the socket. */
  readonly stream: Duplex
  /** Stops reading. The guard holds by itself after CONNECT: nothing passes before the broker has answered it. */
  hold(): void
  release(): void
  /** From now on, publishes of QoS 1 go to `take` first; what it refuses passes to the broker as it came. */
  takePublishes(take: (publish: TakenPublish) => boolean): void
  /** Calls `silent` when nothing comes for so long, although the socket is read. */
  limitSilence(silenceMsMax: number, silent: () => void): void
}

/** How long a socket may take to send what was written before the connection ended. */
const lingerMs = 2_000

/**
 * Stands between a socket and the broker and lets through only what `framing.ts` allows: an MQTT library buffers
 * whatever length a packet declares. Keeps at most one read of the socket; reads when the broker wants more, only
 * while the peer takes what is written to it, and no faster than the limits: what comes over the rate waits in the socket.
 */
export const createGuard = (socket: Duplex, { remoteAddress, limits, refused }: GuardOptions): Guard => {
  const framing = createFraming(limits)
  const pace = createPace(limits, () => performance.now())
  let slowed: NodeJS.Timeout | null = null
  let held = false
  let wanted = false
  let writeBlocked = false
  let rest: Buffer | null = null
  let ended = false
  let intake: Intake | null = null
  let silence: ReturnType<typeof setTimeout> | null = null

  const flow = (): void => {
    if (!wanted || held || writeBlocked || isSlowed()) socket.pause()
    else if (rest) receive(takeRest(rest))
    else socket.resume()
  }
  const isSlowed = (): boolean => {
    const waitMs = slowed === null ? pace.waitMs() : 0
    if (waitMs > 0) {
      slowed = setTimeout(() => {
        slowed = null
        flow()
      }, waitMs)
    }
    return slowed !== null
  }
  const takeRest = (piece: Buffer): Buffer => {
    rest = null
    return piece
  }
  const deliver = (piece: Buffer): void => {
    if (piece.length === 0) return
    wanted = false
    socket.pause()
    stream.push(piece)
    if (ended && rest === null) stream.push(null)
  }
  /** What is left for the broker; where nothing is, it goes on waiting and the next piece is read. */
  const pass = (piece: Buffer): void => {
    const left = intake === null ? piece : intake.feed(piece)
    if (left.length > 0) deliver(left)
    else if (ended && rest === null) stream.push(null)
    else if (piece.length > 0) flow()
  }
  const refuse = (code: Code): void => {
    refused({ code, remoteAddress })
    socket.destroy()
    stream.destroy()
  }
  const receive = (piece: Buffer): void => {
    silence?.refresh()
    const { fault, used, connects, publishes } = framing.feed(piece, pace.publishes())
    if (fault) {
      refuse(fault)
      return
    }
    pace.spend(publishes, used)
    if (used < piece.length) rest = piece.subarray(used)
    if (connects) {
      clearTimeout(timer)
      held = true
      deliver(piece.subarray(0, used))
    } else pass(piece.subarray(0, used))
  }
  const writeAll = (bytes: Buffer, done: () => void): void => {
    if (socket.write(bytes)) {
      done()
      return
    }
    writeBlocked = true
    flow()
    socket.once('drain', () => {
      writeBlocked = false
      done()
      flow()
    })
  }

  const stream = new Duplex({
    // Why: with 1, a single piece fills the stream, and the next one stays with the socket.
    readableHighWaterMark: 1,
    read: () => {
      wanted = true
      flow()
    },
    write: (bytes: Buffer, _encoding, done) => writeAll(bytes, done),
    writev: (pieces, done) => writeAll(Buffer.concat(pieces.map(({ chunk }) => chunk as Buffer)), done),
    final: (done) => {
      socket.end()
      done()
    },
    destroy: (_error, done) => {
      clearTimeout(timer)
      if (slowed !== null) clearTimeout(slowed)
      if (silence !== null) clearTimeout(silence)
      rest = null
      endSoon(socket)
      done(null)
    },
  })
  const timer = setTimeout(() => refuse('mqtt/connect-timeout'), limits.connectTimeoutMs)

  socket.pause()
  socket.on('data', receive)
  socket.on('end', () => {
    ended = true
    if (rest === null) stream.push(null)
  })
  socket.on('error', () => stream.destroy())
  socket.on('close', () => stream.destroy())
  if (socket.destroyed) stream.destroy()

  return {
    stream,
    hold: () => {
      if (held) return
      held = true
      flow()
    },
    release: () => {
      if (!held) return
      held = false
      flow()
    },
    takePublishes: (take) => {
      intake = createIntake(take)
    },
    limitSilence: (silenceMsMax, silent) => {
      // A peer that is not read cannot be heard.
      const ends = (): void => (held || writeBlocked || slowed !== null || !wanted ? void silence?.refresh() : silent())
      if (!stream.destroyed) silence = setTimeout(ends, silenceMsMax)
    },
  }
}

/** Lets the last bytes out, such as the CONNACK of a refusal, and then closes; a peer that does not read is cut off. */
const endSoon = (socket: Duplex): void => {
  socket.removeAllListeners('data')
  if (socket.destroyed) return
  if (socket.writableLength === 0) {
    socket.destroy()
    return
  }
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  socket.end(() => socket.destroy())
}
