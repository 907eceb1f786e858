import type { Duplex } from 'node:stream'
import type { Code } from '../../device-sdk/protocol/codes.ts'
import type { Result } from '../../device-sdk/protocol/result.ts'
import type { DownType, UpType } from '../../device-sdk/protocol/topics.ts'

export type ConnectAttempt = {
  /** Client id and user name are the same kid of 16 lower-case hex digits: checked before. */
  readonly clientId: string
  readonly userName: string
  /** The connect token as it came, not yet looked at; at most 4 KiB. */
  readonly password: Uint8Array
  readonly remoteAddress: string
}

export type UpMessage = {
  /** The device that the topic names: the one that is connected, or the one that it relays for. */
  readonly kid: string
  /** The relay whose connection carried the message; absent where the device is connected itself. */
  readonly via?: string
  readonly type: UpType
  /** A view of what was read from the socket; nothing writes to it afterwards. */
  readonly payload: Uint8Array
  readonly remoteAddress: string
}

export type Refusal = {
  readonly code: Code
  readonly kid?: string
  readonly remoteAddress: string
  readonly detail?: string
}

/** What the broker asks of the gateway. */
export type BrokerHooks = {
  /** Decides a CONNECT. A rejection counts as "try again later" (CONNACK 3), a failure as "not authorized" (5). */
  authenticate(attempt: ConnectAttempt): Promise<Result<{ kid: string }>>
  /**
   * Takes one upward message. `settle` is called once: with null when it is durable, and only then PUBACK goes out; with an
   * error (as where this throws) when it cannot be stored: the connection closes without an acknowledgement.
   */
  publish(message: UpMessage, settle: (error: Error | null) => void): void
  /** What a subscriber to the entropy topic is sent first: the newest value as it was published. */
  newestEntropy?(): Uint8Array | null
  /** What a device that has just subscribed to its updates is sent. */
  waitingUpdate?(kid: string): Uint8Array | null
  /** Every refusal, once, for counters and log. Counts against the address, never against the device it names. */
  refused(refusal: Refusal): void
}

export type Broker = {
  /** Takes over a raw connection: TCP, TLS or the stream of a WebSocket. */
  accept(socket: Duplex, remoteAddress: string): void
  /** Whether a connection from there would be taken now: asked before a handshake costs anything. */
  admits(remoteAddress: string): boolean
  /** Takes the refusal of a connection that never got as far as `accept`, such as a broken handshake: it counts alike. */
  refused(refusal: Refusal): void
  /**
   * Sends to a device that is connected and subscribed to that topic, with QoS 1 or the lower one that it asked for.
   * To every other device it is dropped: nothing is queued for an absent one.
   * @param via - the relay over whose connection it goes, on its topic for the device.
   * @returns whether it was sent.
   */
  send(kid: string, type: DownType, payload: Uint8Array, via?: string): boolean
  /** Sends on `hexfix/<net>/entropy` to all who subscribed to it. */
  sendEntropy(payload: Uint8Array): void
  disconnect(kid: string): void
  /** Devices that are authenticated and connected now. */
  connected(): number
  isConnected(kid: string): boolean
  /** Whether `send` would reach a subscription of this device now. */
  wants(kid: string, type: DownType, via?: string): boolean
  /** Ends every connection. What still waits for the store is never acknowledged, and comes again. */
  close(): Promise<void>
}
