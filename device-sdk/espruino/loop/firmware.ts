import type { ByteString } from '../../protocol/index.ts'

/** The flash of the board: files of one level. What was written is replaced whole, or filled where it is still 0xff. */
export type Storage = {
  /** Undefined where there is none. */
  read(name: string): ByteString | undefined
  /** False, or an exception, where it could not. `size` reserves more than is written now. */
  write(name: string, data: ByteString, offset?: number, size?: number): boolean
  erase(name: string): void
  /** Bytes that are free. */
  getFree(): number
  list(names: RegExp): string[]
}
/** A serial line of the firmware: USB, Bluetooth, Serial1. */
export type Line = {
  on(event: 'data', take: (bytes: ByteString) => void): void
  write(bytes: ByteString): void
}
export type Hash = (data: Uint8Array) => ArrayBuffer

declare const global: { require(name: string): unknown; readonly [line: string]: unknown }

// Why through `global`: a bundler takes `require` for its own.
export const storage = global.require('Storage') as Storage
export const lineOf = (name: string): Line => global[name] as Line
export const firmwareSha256 = (): Hash => (global.require('crypto') as { SHA256: Hash }).SHA256

export const toText = (bytes: ArrayLike<number>): ByteString => E.toString(bytes)
/** A copy: what comes from flash or a line is not ours. */
export const toBytes = (text: ByteString): Uint8Array => new Uint8Array(new Uint8Array(E.toArrayBuffer(text)))

/** Milliseconds by a clock that nobody sets, since some moment in the past. */
export const nowMs = (): number => Math.floor(Date.now())
