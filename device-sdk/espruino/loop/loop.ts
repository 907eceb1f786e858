import type { ByteString } from '../../protocol/index.ts'
import type { Socket } from '../wifi/firmware.ts'
import type { NetworkState } from '../wifi/state.ts'
import type { Board } from './board.ts'
import type { ClockState } from './clock-state.ts'
import type { BoardCrypto } from './crypto.ts'
import type { Rows } from './rows.ts'
import type { BoardSensor } from './sensor.ts'
import type { BoardUpdate } from './update.ts'

/** Keys of the heartbeat that an app adds, as docs/protocol.md numbers them: 1 supply mV, 4 temperature of the board. */
export type MoreHeartbeat = () => [key: number, value: number][]

/** How messages leave a board. */
export type Uplink = {
  /** True while somebody carries them to a gateway. */
  isUp(): boolean
  /** @param message - compact, as it was signed. */
  send(mtype: number, message: ByteString): void
  /** Absent where there are no frames. */
  frame?(type: number, body: ByteString): void
}

/** Opens a link. What comes over it goes to `takeMessage`; when somebody carries messages, to `wake`. */
export type BoardLink = (loop: Loop) => Uplink

/** What hangs on how a board checks signatures. Why it is given: a bundle carries only what its signer can do. */
export type Checks = {
  /** Null where signatures are checked too late for it. */
  openSettle: ((loop: Loop) => Settle) | null
  /** Where a check takes its time: see check-late.ts. Null where `verify` checks at once. */
  checkLate: CheckLate | null
}
/** @param act - takes the payload, later, if a pinned gateway signed it for this board. False for what is not worth a check. */
export type CheckLate = (loop: Loop, mtype: number, message: Uint8Array, act: (payload: Uint8Array) => void) => boolean
/** `javascriptCrypto` or `nativeCrypto`, chosen by the build. */
export type LoopCrypto = BoardCrypto & { readonly checks: Checks }

/** What a report holds before it is signed: when its first row was taken, by `nowMs`, and its blocks, each in CBOR. */
export type Batch = { readonly firstMs: number; readonly blocks: readonly Uint8Array[] }

/**
 * All that a board keeps while it runs: values alone. What works on them is evaluated on demand, and has no memory of its own.
 */
export type Loop = {
  readonly board: Board
  readonly checks: Checks
  /** The first one that is up carries the messages. */
  readonly uplinks: Uplink[]
  readonly sensors: readonly BoardSensor[]
  readonly heartbeat: MoreHeartbeat | null
  readonly identify: (() => void) | null
  readonly clock: ClockState
  readonly rows: Rows
  /** The timer of the readings. */
  sampling: ReturnType<typeof setInterval> | undefined
  /** Batches that wait for the signer. */
  unsigned: Batch[]
  /** A report is with the signer. */
  signing: boolean
  /** The first report with a heartbeat: what shows that this firmware works. */
  proof: { readonly boot: number; readonly seq: number } | null
  /** The last heartbeat: when, by `nowMs`, and how many reports were lost until then. */
  readonly pulse: { ms: number; dropped: number }
  /** The last question for the time: when it went out, its nonce while the answer is awaited, and whether it is with the signer. */
  readonly asked: { ms: number; nonce: Uint8Array | null; signing: boolean }
  /** The report that waits for its receipt: its name in the outbox, when it left last, and after how long it leaves again. */
  readonly sent: { name: string; ms: number; patienceMs: number }
  readonly settling: Settling
  update: BoardUpdate | null
  /** Set by the link over WiFi, where there is one. */
  wifi: WifiState | null
  /** Does what is due. */
  readonly pump: (loop: Loop) => void
  /** Reads the sensors. */
  readonly sample: (loop: Loop) => void
}

/** The network of a board with a link over WiFi, and what works on it: see wifi/link.ts. */
export type WifiState = NetworkState & {
  readonly attempt: (loop: Loop) => void
  readonly configure: (loop: Loop, body: ByteString) => number
  /** Hears what a socket says. */
  readonly listen: (loop: Loop, socket: Socket) => void
}

/** How far a board is with the boots that it may have lost: see settle.ts. */
export type Settling = {
  /** The last pair of the boots before this one. */
  ended: readonly [boot: number, lastSeq: number] | null
  /** The first boot that the gateway never saw; -1 until it is known. */
  next: number
  signing: boolean
  /** Reports may go out. */
  isDone: boolean
}

/**
 * Under which boot a board goes on after a start. Its flash may have been restored, and then it counts too low without knowing: so no
 * report goes out before a pinned gateway has named the first boot that it never saw.
 */
export type Settle = {
  /** @param next - that boot; 0 where the gateway saw none. Only the first one after a start, or after other gateways were pinned, counts: later ones have seen this start. */
  take(next: number): void
  /** True while what was never sent, of boots that the gateway may have seen, is signed again. */
  works(): boolean
}

/** Reads the sensors so often from now on. */
export const setEvery = (loop: Loop, everyS: number): void => {
  if (loop.sampling !== undefined) clearInterval(loop.sampling)
  loop.sampling = setInterval(loop.sample, everyS * 1000, loop)
}

/** Somebody carries messages now, or the board can sign now. */
export const wake = (loop: Loop): void => {
  setTimeout(loop.pump, 1, loop)
}

export const lose = (loop: Loop, count: number): void => {
  loop.board.dropped += count
}

/** The link that is up, or null. */
export const uplinkOf = (loop: Loop): Uplink | null => {
  for (const one of loop.uplinks) if (one.isUp()) return one
  return null
}
