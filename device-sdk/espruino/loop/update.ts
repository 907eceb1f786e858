import type { ByteString, CommandResult, Sha256, Update } from '../../protocol/index.ts'
import type { BoardConfig } from './config.ts'

/** What the loop does for updates. */
export type UpdateHost = {
  readonly config: BoardConfig
  readonly sha256: Sha256
  /** Sends a frame from 0x30 to 0x3f to whoever carries messages now; to nobody where there is no such line. */
  frame(type: number, body: ByteString): void
  /** Signs a result and sends it; and then the board starts anew, where it shall. */
  say(result: CommandResult, thenRestart?: boolean): void
}

/** Takes updates of the firmware. */
export type BoardUpdate = {
  /** This start is to prove that the firmware works. */
  readonly onTrial: boolean
  /** A pinned gateway signed it for this board, and its n is new. */
  offer(update: Update): void
  /** A frame of an update's bytes, from 0x30 to 0x3f. False for one that it does not know. */
  frame(type: number, body: ByteString): boolean
  /** It waits for `accepted`: to prove this firmware, or to tell how the last update ended. */
  awaits(): boolean
  /** A pinned gateway accepted the first report of this start that has a heartbeat. */
  accepted(): void
}

export type OpenUpdate = (host: UpdateHost) => BoardUpdate
