import { callHttp, httpUrlOf, readAnswer } from '../../link/index.ts'
import type { TrustedGateway } from '../../protocol/index.ts'
import { encodePiece, equalBytes, pieceFrames, readAsk, toHex } from '../../protocol/index.ts'
import { sha256 } from '../../signer/index.ts'

export type PieceServer = {
  /** What to answer a board's frame with; null where it is no question for a piece. */
  answer(type: number, body: Uint8Array): Promise<{ readonly type: number; readonly body: Uint8Array } | null>
}

/** More than the flash of any board that has no network of its own. */
const imageBytesMax = 4_194_304
const timeoutMs = 60_000

const fetchFrom = async (
  gateway: TrustedGateway,
  digest: Uint8Array,
  ended: AbortSignal,
): Promise<Uint8Array | null> => {
  const address = httpUrlOf(gateway)
  if (address === null) return null
  const answer = await callHttp(`${address}/v1/releases/${toHex(digest)}`, {
    method: 'GET',
    signal: AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)]),
    ...(gateway.tlsSpki === undefined ? {} : { tlsSpki: gateway.tlsSpki }),
  })
  if (!answer.ok) return null
  const bytes = answer.value.statusCode === 200 ? await readAnswer(answer.value, imageBytesMax) : null
  if (bytes === null) answer.value.destroy()
  return bytes !== null && equalBytes(sha256(bytes), digest) ? bytes : null
}

/**
 * Hands the firmware of small boards on, piece by piece, for a host that carries their messages: what a board asks for by its digest is
 * fetched once, from the host's own pinned gateways and from nowhere else, and the last one is kept.
 */
export const servePieces = (gateways: () => readonly TrustedGateway[], ended: AbortSignal): PieceServer => {
  let held: { readonly digest: Uint8Array; readonly bytes: Promise<Uint8Array | null> } | null = null
  const find = async (digest: Uint8Array): Promise<Uint8Array | null> => {
    for (const gateway of gateways()) {
      const bytes = await fetchFrom(gateway, digest, ended)
      if (bytes !== null) return bytes
    }
    held = null
    return null
  }
  const bytesOf = (digest: Uint8Array): Promise<Uint8Array | null> => {
    if (held === null || !equalBytes(held.digest, digest)) held = { digest, bytes: find(digest) }
    return held.bytes
  }
  return {
    answer: async (type, body) => {
      const asked = type === pieceFrames.ask ? readAsk(body) : null
      if (!asked?.ok) return null
      const { offset, length } = asked.value
      const bytes = await bytesOf(asked.value.sha256)
      if (bytes === null || offset >= bytes.length) return { type: pieceFrames.none, body: new Uint8Array(0) }
      return { type: pieceFrames.piece, body: encodePiece({ offset, bytes: bytes.slice(offset, offset + length) }) }
    },
  }
}
