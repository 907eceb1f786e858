import type {
  CborValue,
  Code,
  Failure,
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

/** A report as far as it could be read. Pure: the same for every judge, so it is read once. */
export type OpenedReport = {
  readonly fault: Failure | null
  readonly sign1: Sign1 | null
  readonly payload: CborValue
  readonly pair: Pair | null
  /** The key of the pair's boot. */
  readonly boot: string | null
  /** SHA-256 of the payload, kept by whoever needs it first. */
  digest: Uint8Array | null
}

/** Size and frame; then the payload, which must be deterministic CBOR. */
export const openReport = (message: Uint8Array): OpenedReport => {
  const frame = readSign1(message)
  if (!frame.ok) return { fault: frame.error, sign1: null, payload: null, pair: null, boot: null, digest: null }
  const sign1 = frame.value
  const decoded = decode(sign1.payload)
  if (!decoded.ok) return { fault: decoded.error, sign1, payload: null, pair: null, boot: null, digest: null }
  const pair = pairOf(decoded.value)
  const boot = pair === null ? null : bootKey(pair.boot)
  return { fault: null, sign1, payload: decoded.value, pair, boot, digest: null }
}

/** What stands before the signature let pass. `taken`: the pair has an occupant, of another payload. */
type Candidate = {
  readonly kind: 'candidate'
  readonly publicKey: Uint8Array
  readonly sign1: Sign1
  readonly taken: boolean
}

const readingOf = ({ pair, sign1 }: OpenedReport, digest: Uint8Array | null): Reading => ({ pair, digest, sign1 })

const evidence = (code: Code, detail: string | null, read: Reading, signed = false): Verdict => {
  const { pair, digest, sign1 } = read
  return { kind: 'evidence', code, detail, pair, digest, sign1, signed }
}

const digestOf = (opened: OpenedReport, sign1: Sign1, sha256: Sha256): Uint8Array => {
  opened.digest ??= sha256(sign1.payload)
  return opened.digest
}

/** All that is cheaper than ECDSA, cheapest first: a verdict, or what the signature still has to show. */
export const beforeSignature = (
  incoming: IncomingReport,
  opened: OpenedReport,
  deps: AdmitDeps,
): Verdict | Candidate => {
  const { kid, receivedMs } = incoming
  const { sign1, pair, boot, fault } = opened
  // [REJECT] Size, frame, deterministic CBOR.
  if (fault !== null || sign1 === null) {
    return evidence(fault?.code ?? 'wire/malformed', fault?.detail ?? null, readingOf(opened, null))
  }
  const refused = (code: Code): Verdict => evidence(code, null, readingOf(opened, digestOf(opened, sign1, deps.sha256)))

  // [REJECT] The header names the topic's key.
  if (sign1.kid !== null && !equalBytes(sign1.kid, kidBytesOf(kid))) return refused('sign1/wrong-kid')
  // [REJECT] The device is registered and not revoked, and a relay is approved for it.
  const key = deps.keyOf(kid, incoming.via)
  if (key === null) return refused('device/unknown')
  if (key.revoked) return refused('device/revoked')

  // [IGNORE] The pair is new. Before the signature: a replay must not buy ECDSA work.
  const occupant = pair === null || boot === null ? null : deps.digestAt(kid, boot, pair.seq)
  if (occupant !== null && equalBytes(occupant, digestOf(opened, sign1, deps.sha256))) {
    return { kind: 'replay', code: 'report/replay', detail: null, ...readingOf(opened, opened.digest) }
  }
  // [REJECT] A session was issued to this very device, and opened in time.
  const isSession = pair !== null && typeof pair.boot !== 'number'
  const session = isSession && boot !== null ? deps.sessionOf(kid, boot, receivedMs) : null
  if (isSession && session === null) return refused('session/unknown')
  // [REJECT] The pair lies within the window.
  if (pair !== null && boot !== null && occupant === null && !deps.inWindow(kid, boot, pair.seq, session === 'fresh')) {
    return refused('report/out-of-range')
  }
  // [REJECT] The device has not stored too much today.
  if (!deps.mayStore(kid, sign1.payload.length + sign1.signature.length, receivedMs)) return refused('quota/exceeded')
  return { kind: 'candidate', publicKey: key.publicKey, sign1, taken: occupant !== null }
}

const kidBytesOf = (kid: string): Uint8Array => fromHex(kid) ?? new Uint8Array(0)

/** What a check of the signature by others found, for the key that it was made with. */
export type CheckedSignature = { readonly publicKey: Uint8Array; readonly holds: boolean }

/**
 * Decides one report's fate, cheapest checks first. Everything impure enters through `deps`, so that a log can replay it.
 * The caller advances the window after the store commits: earlier, a forged sequence could silence the honest device.
 * @param checked - its signature, where that was checked elsewhere; used only if this judge needs it, and for the same key.
 */
export const admitReport = (
  incoming: IncomingReport,
  deps: AdmitDeps,
  opened: OpenedReport = openReport(incoming.message),
  checked: CheckedSignature | null = null,
): Verdict => {
  const early = beforeSignature(incoming, opened, deps)
  if (early.kind !== 'candidate') return early
  const { sign1, publicKey, taken } = early
  const { payload, pair } = opened
  const read = readingOf(opened, digestOf(opened, sign1, deps.sha256))
  // [REJECT] The signature holds.
  const binding = () => ({ mtype: mtypes.report, net: deps.net, kid: kidBytesOf(incoming.kid) })
  const holds =
    checked !== null && checked.publicKey === publicKey
      ? checked.holds
      : verifySign1(sign1, binding(), publicKey, deps.sha256, deps.verify).ok
  if (!holds) return evidence('sign1/bad-signature', null, read)
  // [REJECT] The same pair was signed over something else before.
  if (taken) return evidence('report/equivocation', null, read, true)
  // A signed report occupies its pair whatever its shape: none of the verdicts below asks for resending.
  const shaped = readReport(payload)
  if (!shaped.ok && pair === null) return evidence(shaped.error.code, shaped.error.detail ?? null, read, true)
  const known = shaped.ok ? checkSchemas(shaped.value, deps.schemaOf) : shaped
  const judged = known.ok ? timeOf(known.value, incoming.receivedMs) : known
  const { digest } = read
  return judged.ok
    ? { kind: 'first', code: 'accepted', detail: null, report: judged.value, pair, digest, sign1 }
    : { kind: 'first', code: judged.error.code, detail: judged.error.detail ?? null, report: null, pair, digest, sign1 }
}
