import { crc32 } from 'node:zlib'
import type { ByteString } from '../protocol/index.ts'
import { encodeFrame, frameReader } from '../protocol/index.ts'

const crcOf = (bytes: ByteString): number => crc32(Buffer.from(bytes, 'latin1'))

/** The bytes of one frame to or from a small board. */
export const boardFrame = (type: number, body: Uint8Array): Uint8Array =>
  Buffer.from(encodeFrame(type, Buffer.from(body).toString('latin1'), crcOf), 'latin1')

/** Takes what a line brings, in pieces of any size; `take` gets each whole frame. What is none is dropped in silence. */
export const boardFrameReader = (take: (type: number, body: Uint8Array) => void): ((bytes: Uint8Array) => void) => {
  const read = frameReader(crcOf, ({ type, body }) => take(type, Uint8Array.from(Buffer.from(body, 'latin1'))))
  return (bytes) => read(Buffer.from(bytes).toString('latin1'))
}
