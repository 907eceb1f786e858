import { openRate } from '../edge/index.ts'

/** What one gateway grants to connections. All can be set in the configuration. */
export type BrokerLimits = {
  /** The remaining length of a CONNECT. */
  readonly connectBytesMax: number
  /** The remaining length of every other packet. */
  readonly packetBytesMax: number
  /** From the open connection to the last byte of CONNECT. */
  readonly connectTimeoutMs: number
  /** A client that asks for more, or for none (0), gets this. */
  readonly keepaliveSMax: number
  /** Messages of one device that wait for the store; at this number its socket is not read. */
  readonly inFlightMax: number
  readonly subscriptionsMax: number
  /** Of one device. What comes faster waits in its socket, which is not read. */
  readonly publishesPerSMax: number
  readonly bytesPerSMax: number
  /** Successful connects of one device. */
  readonly connectsPerMinuteMax: number
  /** Connections of one source address that end before they are authenticated; past that it is paused until the minute ends. */
  readonly failuresPerMinuteMax: number
  /** Open connections of the whole broker, authenticated or not. */
  readonly connectionsMax: number
  /** Bytes that may wait for a device that does not read; past that, messages to it are dropped. */
  readonly unreadBytesMax: number
  /** How long a device may leave what it was sent unread before the connection ends. */
  readonly drainTimeoutMs: number
}

export const defaultBrokerLimits: BrokerLimits = {
  connectBytesMax: 4_096,
  packetBytesMax: 65_536,
  connectTimeoutMs: 10_000,
  keepaliveSMax: 900,
  inFlightMax: 16,
  subscriptionsMax: 8,
  publishesPerSMax: 100,
  bytesPerSMax: 524_288,
  connectsPerMinuteMax: 15,
  failuresPerMinuteMax: 60,
  connectionsMax: 12_000,
  unreadBytesMax: 262_144,
  drainTimeoutMs: 60_000,
}

/** Successful connects by kid, and failures by source: a kid is public, so failures never count against the one they name. */
export const openRates = ({ connectsPerMinuteMax, failuresPerMinuteMax }: BrokerLimits, now: () => number) => ({
  connects: openRate(connectsPerMinuteMax, now),
  failures: openRate(failuresPerMinuteMax, now),
})

export type Rates = ReturnType<typeof openRates>
