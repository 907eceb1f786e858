import type { PieceAsked } from '../../protocol/board-link/pieces.ts'
import { encodePiece, pieceFrames, readAsk } from '../../protocol/board-link/pieces.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { ByteString, PinnedTrust } from '../../protocol/index.ts'
import { toBytes, toText } from '../loop/firmware.ts'
import type { Loop } from '../loop/loop.ts'
import type { Address } from './addresses.ts'
import { addressesOf } from './addresses.ts'
import { firmwareHttp } from './firmware.ts'

const portDefault = 80
const found = '200'

const piece = (loop: Loop, asked: PieceAsked, address: Address): void => {
  let bytes: ByteString = ''
  const path = `/v1/releases/${toHex(asked.sha256)}?from=${asked.offset}&bytes=${asked.length}`
  firmwareHttp().get({ host: address.host, port: address.port, path }, (response) => {
    response.on('data', (more) => {
      // Nothing is kept of an answer that goes on.
      if (bytes.length <= asked.length) bytes += more
    })
    response.on('close', () => {
      if (`${response.statusCode}` !== found || bytes.length !== asked.length || loop.update === null) return
      loop.update.frame(pieceFrames.piece, toText(encodePiece({ offset: asked.offset, bytes: toBytes(bytes) })))
    })
  })
}

/**
 * Answers a question for a piece of new firmware as a host on a line would: by a gateway's API, plainly, since size and digest are
 * signed. What fails is asked for again by whoever asked.
 */
export const fetchPiece = (loop: Loop, body: ByteString): void => {
  const asked = readAsk(toBytes(body))
  const addresses = addressesOf(loop.board.trust as PinnedTrust, 'http:', portDefault)
  if (!asked.ok || addresses.length === 0) return
  try {
    piece(loop, asked.value as PieceAsked, addresses[0] as Address)
  } catch (_unreachable) {}
}
