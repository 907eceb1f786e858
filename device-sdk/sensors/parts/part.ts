/**
 * Drivers of parts, written once for Node and for Espruino: no class, no Promise, no syntax that its interpreter lacks.
 * What carries the bytes enters as one of the ports below.
 */
import type { Result } from '../../protocol/result.ts'

/** In the units and the order of the schema's fields; null where the part does not measure a field. */
export type Values = readonly (number | null)[]
export type Measured = Result<Values>

/** A part that can be read. `read` calls back once, and is not called again before that. */
export type Part = {
  readonly schema: number
  read(done: (measured: Measured) => void): void
}

/** An I2C bus. */
export type I2c = {
  /**
   * Writes bytes to an address, and reads `count` bytes after a repeated start, if any are wanted.
   * Null where nobody acknowledges, or the bus fails.
   */
  transfer(address: number, bytes: readonly number[], count: number, done: (reply: Uint8Array | null) => void): void
}

/** A serial line, 8N1. What arrives is given on as it comes, in pieces of any size. */
export type Uart = {
  write(bytes: Uint8Array): void
  /** One listener at a time; null ends it. */
  listen(take: ((bytes: Uint8Array) => void) | null): void
}
