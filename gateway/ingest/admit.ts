import type {
  Code,
  Pair,
  Report,
  Result,
  SchemaLookup,
  Sha256,
  Sign1,
  VerifyDigest,
} from '../../device-sdk/protocol/index.ts'
import {
  bootKey,
  checkSchemas,
  clockSkewSMax,
  decode,
  equalBytes,
  fail,
  fromHex,
  mtypes,
  ok,
  pairOf,
  readReport,
  readSign1,
  verifySign1,
} from '../../device-sdk/protocol/index.ts'
import type { SessionState } from '../store/index.ts'

/** A report as it came: `kid` is the topic's, 16 hex digits; `via` the relay that carried it, where there was one. */
export type IncomingReport = {
  readonly kid: string
  readonly via?: string
  readonly message: Uint8Array
  readonly receivedMs: number
}

export type KnownKey = { readonly publicKey: Uint8Array; readonly revoked: boolean }

export type AdmitDeps = {
  readonly net: number
  readonly sha256: Sha256
  readonly verify: VerifyDigest
  readonly schemaOf: SchemaLookup
  /** Null where there is no such device, or the relay is not approved for it. */
  keyOf(kid: string, via?: string): KnownKey | null
  /** SHA-256 of the payload that occupies this pair, or null. */
  digestAt(kid: string, boot: string, seq: number): Uint8Array | null
  /** What a session is for this device: it may open, it has opened, or it is none (null). */
  sessionOf(kid: string, session: string, receivedMs: number): SessionState | null
  /** Whether this pair lies within the window of open boots and of seq; `fresh` is a session that may open. */
  inWindow(kid: string, boot: string, seq: number, fresh: boolean): boolean
  /** Whether the device may store so many bytes more today. */
  mayStore(kid: string, bytes: number, receivedMs: number): boolean
}

/** What could be read on the way to a verdict: enough for a receipt where there is a pair. */
export type Reading = { readonly pair: Pair | null; readonly digest: Uint8Array | null; readonly sign1: Sign1 | null }

export type Verdict = Reading & { readonly code: Code; readonly detail: string | null } & (
    | {
        /** A correctly signed first report: it occupies its pair. */ readonly kind: 'first'
        readonly report: Report | null
      }
    | { /** True but useless: nothing is stored, the first receipt holds. */ readonly kind: 'replay' }
    | {
        /** Kept for people to look at. */ readonly kind: 'evidence'
        /** Whether the signature held: if not, it says nothing about the device that it names. */ readonly signed: boolean
      }
  )

/** Time is data, not security: what must not be is a report from the future. Its rows follow it. */
const timeOf = (report: Report, receivedMs: number): Result<Report> => {
  if (typeof report.time !== 'number') return ok(report)
  const aheadS = report.time - receivedMs / 1000
  return aheadS <= clockSkewSMax
    ? ok(report)
    : fail('time/ahead', `${Math.round(aheadS)} s ahead, at most ${clockSkewSMax}`)
}

/**
 * Decides one report's fate, cheapest checks first. Everything impure enters through `deps`, so that a log can replay it.
 * The caller advances the window after the store commits: earlier, a forged sequence could silence the honest device.
 */
export const admitReport = (incoming: IncomingReport, deps: AdmitDeps): Verdict => {
  const { kid, receivedMs } = incoming
  const evidence = (code: Code, detail: string | null, read: Partial<Reading> = {}, signed = false): Verdict => {
    return { kind: 'evidence', code, detail, pair: null, digest: null, sign1: null, ...read, signed }
  }

  // [REJECT] Size and frame.
  const frame = readSign1(incoming.message)
  if (!frame.ok) return evidence(frame.error.code, frame.error.detail ?? null)
  const sign1 = frame.value
  // [REJECT] The payload is deterministic CBOR.
  const decoded = decode(sign1.payload)
  if (!decoded.ok) return evidence('wire/malformed', decoded.error.detail ?? null, { sign1 })
  const payload = decoded.value
  const pair = pairOf(payload)
  const read: Reading = { pair, digest: deps.sha256(sign1.payload), sign1 }
  const refused = (code: Code, detail: string | null = null): Verdict => evidence(code, detail, read)

  // [REJECT] The header names the topic's key.
  const kidBytes = fromHex(kid) ?? new Uint8Array(0)
  if (sign1.kid !== null && !equalBytes(sign1.kid, kidBytes)) return refused('sign1/wrong-kid')
  // [REJECT] The device is registered and not revoked, and a relay is approved for it.
  const key = deps.keyOf(kid, incoming.via)
  if (key === null) return refused('device/unknown')
  if (key.revoked) return refused('device/revoked')

  // [IGNORE] The pair is new. Before the signature: a replay must not buy ECDSA work.
  const occupant = pair === null ? null : deps.digestAt(kid, bootKey(pair.boot), pair.seq)
  if (occupant !== null && equalBytes(occupant, read.digest as Uint8Array)) {
    return { kind: 'replay', code: 'report/replay', detail: null, ...read }
  }
  // [REJECT] A session was issued to this very device, and opened in time.
  const boot = pair === null ? null : bootKey(pair.boot)
  const isSession = pair !== null && typeof pair.boot !== 'number'
  const session = isSession && boot !== null ? deps.sessionOf(kid, boot, receivedMs) : null
  if (isSession && session === null) return refused('session/unknown')
  // [REJECT] The pair lies within the window.
  if (pair !== null && boot !== null && occupant === null && !deps.inWindow(kid, boot, pair.seq, session === 'fresh')) {
    return refused('report/out-of-range')
  }
  // [REJECT] The device has not stored too much today.
  if (!deps.mayStore(kid, sign1.payload.length + sign1.signature.length, receivedMs)) return refused('quota/exceeded')
  // [REJECT] The signature holds.
  const binding = { mtype: mtypes.report, net: deps.net, kid: kidBytes }
  const verified = verifySign1(sign1, binding, key.publicKey, deps.sha256, deps.verify)
  if (!verified.ok) return refused(verified.error.code)
  // [REJECT] The same pair was signed over something else before.
  if (occupant !== null) return evidence('report/equivocation', null, read, true)
  // A signed report occupies its pair whatever its shape: none of the verdicts below asks for resending.
  const shaped = readReport(payload)
  if (!shaped.ok && pair === null) return evidence(shaped.error.code, shaped.error.detail ?? null, read, true)
  const known = shaped.ok ? checkSchemas(shaped.value, deps.schemaOf) : shaped
  const judged = known.ok ? timeOf(known.value, receivedMs) : known
  if (!judged.ok)
    return { kind: 'first', code: judged.error.code, detail: judged.error.detail ?? null, report: null, ...read }
  return { kind: 'first', code: 'accepted', detail: null, report: judged.value, ...read }
}
