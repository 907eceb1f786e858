import type { ByteString } from '../../protocol/index.ts'
import type { Loop } from './loop.ts'

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
