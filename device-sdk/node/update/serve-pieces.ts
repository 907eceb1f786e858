import { callHttp, httpUrlOf, readAnswer } from '../../link/index.ts'
import type { TrustedGateway } from '../../protocol/index.ts'
import { encodePiece, equalBytes, pieceFrames, readAsk, toHex } from '../../protocol/index.ts'
import { sha256 } from '../../signer/index.ts'

export type Answer = {
  readonly type: number
  readonly body: Uint8Array
  /** Bytes of the firmware after this piece; null where there is none. */
  readonly left: number | null
}
export type PieceServer = {
  /** What to answer a board's frame with; null for no question, and where no gateway can be asked now: the board asks again. */
  answer(type: number, body: Uint8Array): Promise<Answer | null>
}
/** `away`: another time may go better. */
type Found = Uint8Array | 'none' | 'away'

/** More than the firmware of any board that has no network of its own. */
const imageBytesMax = 1_048_576
/** Of several boards, mostly of one kind. */
const imagesMax = 4
const timeoutMs = 60_000
const notFound = 404

const fetchFrom = async (gateway: TrustedGateway, digest: Uint8Array, ended: AbortSignal): Promise<Found> => {
  const address = httpUrlOf(gateway)
  if (address === null) return 'none'
  const called = await callHttp(`${address}/v1/releases/${toHex(digest)}`, {
    method: 'GET',
    signal: AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)]),
    ...(gateway.tlsSpki === undefined ? {} : { tlsSpki: gateway.tlsSpki }),
  })
  if (!called.ok) return 'away'
  const { statusCode, headers } = called.value
  const isLarge = Number(headers['content-length'] ?? 0) > imageBytesMax
  const bytes = statusCode === 200 && !isLarge ? await readAnswer(called.value, imageBytesMax) : null
  if (bytes !== null) return equalBytes(sha256(bytes), digest) ? bytes : 'none'
  called.value.destroy()
  return isLarge || statusCode === notFound ? 'none' : 'away'
}

/**
 * Hands the firmware of small boards on, piece by piece, for a host that carries their messages: what a board asks for by its digest is
 * fetched once, from the host's own pinned gateways and from nowhere else, and the last ones are kept.
 */
export const servePieces = (gateways: () => readonly TrustedGateway[], ended: AbortSignal): PieceServer => {
  /** By digest, the one that was asked for last at the end. */
  const held = new Map<string, Promise<Found>>()
  const find = async (digest: Uint8Array): Promise<Found> => {
    let last: Found = 'none'
    for (const gateway of gateways()) {
      const found = await fetchFrom(gateway, digest, ended)
      if (found instanceof Uint8Array) return found
      if (found === 'away') last = found
    }
    held.delete(toHex(digest))
    return last
  }
  const hold = (digest: Uint8Array): Promise<Found> => {
    const key = toHex(digest)
    const found = held.get(key) ?? find(digest)
    held.delete(key)
    held.set(key, found)
    const [oldest] = held.keys()
    if (held.size > imagesMax && oldest !== undefined) held.delete(oldest)
    return found
  }
  return {
    answer: async (type, body) => {
      const asked = type === pieceFrames.ask ? readAsk(body) : null
      if (!asked?.ok) return null
      const { offset, length } = asked.value
      const found = await hold(asked.value.sha256)
      if (found === 'away') return null
      if (found === 'none' || offset >= found.length)
        return { type: pieceFrames.none, body: new Uint8Array(0), left: null }
      const bytes = found.slice(offset, offset + length)
      const left = found.length - offset - bytes.length
      return { type: pieceFrames.piece, body: encodePiece({ offset, bytes }), left }
    },
  }
}
