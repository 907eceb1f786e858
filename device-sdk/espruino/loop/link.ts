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
