import type { Result } from '../protocol/index.ts'

/**
 * A frame that was received. `atMs` is Unix time in milliseconds, RSSI in 0.1 dBm, SNR in 0.1 dB, `dr` the data rate of the
 * region's plan, `tmst` the microseconds of the concentrator (32 bits, wrapping) where it has such a counter.
 */
export type Heard = {
  readonly frame: Uint8Array
  readonly atMs: number
  readonly rssiDdbm: number
  readonly snrDdb: number | null
  readonly freqKhz: number
  readonly dr: number
  readonly tmst?: number
}

/** A frame to send. `txDdbm` is what the radio feeds to its antenna, in 0.1 dBm. */
export type Transmission = {
  readonly frame: Uint8Array
  readonly freqKhz: number
  readonly dr: number
  readonly txDdbm: number
}

/** When a frame went on the air, in Unix milliseconds, and what the radio really fed to its antenna, in 0.1 dBm. */
export type Sent = { readonly atMs: number; readonly txDdbm: number }

export type Radio = {
  readonly name: string
  /** Never rejects. */
  transmit(transmission: Transmission): Promise<Result<Sent>>
  /** Every listener is told of every frame, from the time that it is added. */
  onHeard(listener: (heard: Heard) => void): void
  close(): Promise<void>
}
