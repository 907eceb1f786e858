import type { ByteString } from '../../protocol/index.ts'
import type { Socket } from './firmware.ts'

/** The record of the network's name and passphrase, as the provisioner gave them. */
export const networkRecord = 'hexfix.wifi'
export const pingMs = 30_000

/** A password that was signed and has not left the board. */
export type Token = { readonly boot: number; readonly gatewayKey: Uint8Array; readonly password: string }

/** What a board keeps of its network while it runs: values alone, as of the loop. */
export type NetworkState = {
  /** What an earlier attempt began counts no more. */
  run: number
  timer: ReturnType<typeof setTimeout> | null
  /** There is one that it is to join. */
  hasNetwork: boolean
  isJoined: boolean
  socket: Socket | null
  /** `hexfix/<net>/<kid>/`. */
  prefix: string
  /** Its gateway takes messages. */
  isUp: boolean
  /** An answer is due. */
  isAwaited: boolean
  /** What came and is no whole packet yet; and how much more there is of one that is left out. */
  held: ByteString
  skipped: number
  packetId: number
  /** How many tokens there were in this boot. */
  tokens: number
  token: Token | null
  /** In a row. */
  failures: number
  /** What was said last of a failure. */
  told: string
}
