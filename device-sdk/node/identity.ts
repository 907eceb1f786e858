import type { Waiting } from '../link/index.ts'
import type { Block, Pair, ReportTime } from '../protocol/index.ts'
import { decode, encode, encodeReport, isList, mtypes, signPayload, writeCompact } from '../protocol/index.ts'
import type { Signer } from '../signer/index.ts'
import { sha256 } from '../signer/index.ts'

/** Who signs, and for which network: what every message of a device binds. */
export type Identity = { readonly net: number; readonly kid: Uint8Array; readonly signer: Signer }

type CountedPair = Pair & { readonly boot: number }

const signatureBytes = 64

const signed = ({ net, kid, signer }: Identity, { boot, seq }: CountedPair, payload: Uint8Array): Waiting => {
  const message = writeCompact(signPayload(payload, { mtype: mtypes.report, net, kid }, sha256, signer.sign))
  return { boot, seq, digest: sha256(payload).slice(0, 8), message }
}

export const signReport = (
  identity: Identity,
  pair: CountedPair,
  time: ReportTime,
  blocks: readonly Block[],
): Waiting => signed(identity, pair, encodeReport({ ...pair, time, blocks }))

/** The same report under another pair: for one that nobody has seen. */
export const signAgain = (identity: Identity, report: Waiting, pair: CountedPair): Waiting => {
  const decoded = decode(report.message.subarray(0, -signatureBytes))
  if (!decoded.ok || !isList(decoded.value)) throw new Error('the outbox holds something that is no report')
  return signed(identity, pair, encode([pair.boot, pair.seq, ...decoded.value.slice(2)]))
}
