import { expect, it } from 'vitest'
import { servePieces } from '../../../../device-sdk/node/update/serve-pieces.ts'
import { encodeAsk, fromHex, pieceFrames, readPiece } from '../../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../../device-sdk/signer/index.ts'
import { must } from '../../../gateway/harness.ts'
import { call, startTestGateway } from '../../../gateway/running.ts'

it('a host hands on what its gateway keeps, piece by piece, and nothing else', async () => {
  const gateway = await startTestGateway()
  const image = Uint8Array.from({ length: 2_500 }, (_, i) => (i * 7) & 0xff)
  await call(`${gateway.http}/v1/releases?board=puckjs&firmware=2`, 'POST', { token: gateway.token, body: image })
  const { json } = await call(`${gateway.http}/v1/gateway`)
  const pinned = { key: fromHex(json.publicKey) ?? new Uint8Array(33), urls: [gateway.mqtt, gateway.http] }
  const { answer } = servePieces(() => [pinned], new AbortController().signal)
  const ask = (offset: number, length: number, digest = sha256(image)) =>
    answer(pieceFrames.ask, encodeAsk({ sha256: digest, offset, length }))
  const parts: Uint8Array[] = []
  for (const offset of [0, 1_024, 2_048]) {
    const said = await ask(offset, 1_024)
    expect(said).toMatchObject({ type: pieceFrames.piece, left: Math.max(0, 1_476 - offset) })
    const piece = must(readPiece(said?.body ?? new Uint8Array(0)))
    expect(piece.offset).toBe(offset)
    parts.push(piece.bytes)
  }
  expect(Buffer.compare(Buffer.concat(parts), image)).toBe(0)
  const none = { type: pieceFrames.none, body: new Uint8Array(0), left: null }
  expect(await ask(2_500, 1)).toEqual(none)
  expect(await ask(0, 1_024, new Uint8Array(32))).toEqual(none)
  expect(await ask(0, 1_025)).toBeNull()
  expect(await answer(pieceFrames.piece, new Uint8Array(0))).toBeNull()

  // Fetched once: it is there when the gateway is not, and what was not fetched is asked for again and not denied.
  await gateway.close()
  expect(await ask(2_048, 1_024)).toMatchObject({ left: 0 })
  expect(await ask(0, 1_024, new Uint8Array(32))).toBeNull()
})
