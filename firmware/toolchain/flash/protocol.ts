import { createHash } from 'node:crypto'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import type { FlashBoard } from './board.ts'
import type { FlashTransport } from './transport.ts'

export type Phase = 'connect' | 'check' | 'write' | 'verify' | 'hello'
/** Where a flash is: bytes done of bytes in all; both 0 where the phase is not counted in bytes. */
export type OnProgress = (phase: Phase, done: number, total: number) => void

/** A part of what goes onto a board. The name counts where the board keeps files: those of Espruino's Storage. */
export type ImageFile = {
  readonly name: string
  readonly bytes: Uint8Array
  /** Where it stands in the flash, for a loader that is told; 0 where none is named. */
  readonly address?: number
}

export type FlashJob = {
  readonly board: FlashBoard
  readonly transport: FlashTransport
  /** In the order in which they are written; one where the board keeps no files. */
  readonly image: readonly [ImageFile, ...ImageFile[]]
  readonly onProgress: OnProgress
}

/** What is on the board: read back, or hashed there; SHA-256 in hex, of several files over the lines that `sha256sum` prints. */
export type Flashed = { readonly chip: string; readonly bytes: number; readonly sha256: string }

/**
 * How bytes get into a chip: `write` checks the chip before it erases anything, writes and reads back; `hello` starts the
 * application and gives what it says of itself.
 */
export type FlashProtocol = {
  write(job: FlashJob): Promise<Result<Flashed>>
  hello(job: FlashJob): Promise<Result<string>>
}

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What `Flashed` has of an image whose files have these hashes, in their order. */
export const sha256OfAll = (sums: readonly { readonly name: string; readonly sha256: string }[]): string =>
  sums.length === 1
    ? (sums[0]?.sha256 ?? '')
    : sha256Hex(Buffer.from(sums.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')))
