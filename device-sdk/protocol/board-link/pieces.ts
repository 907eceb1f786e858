import { badField, readFields } from '../body-list.ts'
import { encode } from '../cbor/encode.ts'
import type { CborValue } from '../cbor/value.ts'
import { isBytes, isUint } from '../cbor/value.ts'
import type { Result } from '../result.ts'
import { ok } from '../result.ts'

/**
 * How the bytes of an update reach a board without a network: it asks for a piece of what has this digest, its host answers with the
 * piece, or says that it has none. The board knows by size and digest what it must be, so the host is trusted with nothing.
 */
export const pieceFrames = { ask: 0x30, piece: 0x31, none: 0x32 } as const

/** A frame holds no more. */
export const pieceBytesMax = 1_024

export type PieceAsked = { readonly sha256: Uint8Array; readonly offset: number; readonly length: number }
export type Piece = { readonly offset: number; readonly bytes: Uint8Array }

export const encodeAsk = (ask: PieceAsked): Uint8Array => encode([ask.sha256, ask.offset, ask.length])

export const readAsk = (body: Uint8Array): Result<PieceAsked> => {
  const fields = readFields(body, 'a question for a piece', 3, 3)
  if (!fields.ok) return fields
  const sha256 = fields.value[0] as CborValue
  const offset = fields.value[1]
  const length = fields.value[2]
  return isBytes(sha256, 32) && isUint(offset) && isUint(length) && length > 0 && length <= pieceBytesMax
    ? ok({ sha256, offset, length })
    : badField('a question for a piece')
}

export const encodePiece = (piece: Piece): Uint8Array => encode([piece.offset, piece.bytes])

export const readPiece = (body: Uint8Array): Result<Piece> => {
  const fields = readFields(body, 'a piece', 2, 2)
  if (!fields.ok) return fields
  const offset = fields.value[0]
  const bytes = fields.value[1]
  return isUint(offset) && bytes instanceof Uint8Array && bytes.length > 0 && bytes.length <= pieceBytesMax
    ? ok({ offset, bytes })
    : badField('a piece')
}
