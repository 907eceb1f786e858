import type { ByteString } from '../../protocol/index.ts'

/** A line, and what is going on there. */
export type LineState = {
  /** By the firmware: `USB`, `Bluetooth`, `Serial1`. */
  readonly name: string
  readonly send: (type: number, body: ByteString) => void
  /** What came and is no whole frame yet. */
  held: ByteString
  /** When the host said last that it relays, by `nowMs`. */
  heardMs: number
  /** The request that is under way; 0 where there is none. */
  working: number
}

/** Messages have their mtype and this much more. */
export const messageTypes = 0x10
/** For how long after its last hello a host is taken to relay. */
export const relayMsMax = 60_000
