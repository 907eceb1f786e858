import type { ByteString } from '../../protocol/index.ts'
import type { Board } from './board.ts'

/** What a link has to know of the loop. */
export type Loop = {
  readonly board: Board
  /** Reports in the outbox that no receipt has come for. */
  waiting(): number
  /** A message that came for this board, as the gateway made it. */
  take(mtype: number, message: Uint8Array): void
  /** Somebody carries messages now, or the board can sign now. */
  wake(): void
  /** A frame of an update's bytes: see `BoardUpdate`. */
  updateFrame(type: number, body: ByteString): boolean
  /** A line for people, on every line that there is. */
  note(text: string): void
  /** Set by the link over WiFi, where there is one. */
  wifi: WifiPort | null
}

/** What lines have to know of a board's network. */
export type WifiPort = {
  /** One of `wifiStates`. */
  state(): number
  /** Keeps what a network is joined with, and joins it. @returns the number of a refusal, or 0. */
  configure(body: ByteString): number
}

/** How messages leave a board. */
export type Uplink = {
  /** True while somebody carries them to a gateway. */
  isUp(): boolean
  /** @param message - compact, as it was signed. */
  send(mtype: number, message: ByteString): void
  note(text: string): void
  /** Absent where there are no frames. */
  frame?(type: number, body: ByteString): void
}

export type BoardLink = (loop: Loop) => Uplink
