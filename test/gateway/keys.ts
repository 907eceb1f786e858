import type { Block, Boot, ReportTime } from '../../device-sdk/protocol/index.ts'
import {
  encodeConnect,
  encodeEnrol,
  encodeReport,
  kidOf,
  mtypes,
  signPayload,
  toBase64Url,
  toHex,
  ueidOf,
  writeCompact,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import type { Signer } from '../../device-sdk/signer/index.ts'
import { nobleSigner, sha256 } from '../../device-sdk/signer/index.ts'

export const net = 1

export type TestKey = {
  readonly name: string
  readonly kid: string
  readonly kidBytes: Uint8Array
  readonly signer: Signer
}

/** A key that anyone can make again from its name: worth nothing outside of tests. */
export const testKey = (name: string): TestKey => {
  const signer = nobleSigner(sha256(Buffer.from(`hexfix test key ${name}`)))
  const kidBytes = kidOf(signer.publicKey, sha256)
  return { name, kid: toHex(kidBytes), kidBytes, signer }
}

type Signing = { readonly net?: number; readonly mtype?: number; readonly kid?: Uint8Array; readonly compact?: boolean }

/** Signs a payload as this key's report on `net`, tagged, but for what `how` says. */
export const signBytes = (key: TestKey, payload: Uint8Array, how: Signing = {}): Uint8Array => {
  const binding = { mtype: how.mtype ?? mtypes.report, net: how.net ?? net, kid: how.kid ?? key.kidBytes }
  const message = signPayload(payload, binding, sha256, key.signer.sign)
  return how.compact === true ? writeCompact(message) : writeTagged(message)
}

export const weather = (temperature = 2240): Block => {
  return { type: 'sensor', schema: 1, stepsS: [], columns: [[temperature], [551], [1325]] }
}

export type ReportFields = {
  readonly seq: number
  readonly boot?: Boot
  readonly time?: ReportTime
  readonly blocks?: readonly Block[]
}

/** Old enough to be ahead of no clock. */
export const someTimeS = 1_700_000_000

export const reportPayload = ({ seq, boot = 1, time = someTimeS, blocks = [weather()] }: ReportFields): Uint8Array =>
  encodeReport({ boot, seq, time, blocks })

export const signReport = (key: TestKey, fields: ReportFields, how: Signing = {}): Uint8Array =>
  signBytes(key, reportPayload(fields), how)

/** A message whose signature does not hold, and whose payload is as it was. */
export const forged = (message: Uint8Array): Uint8Array => {
  const copy = message.slice()
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1
  return copy
}

export const connectMessage = (
  key: TestKey,
  gateway: Uint8Array,
  boot: number,
  n: number,
  how: Signing = {},
): Uint8Array => signBytes(key, encodeConnect({ gateway, boot, n }), { mtype: mtypes.connect, ...how })

export const connectToken = (...args: Parameters<typeof connectMessage>): string => toBase64Url(connectMessage(...args))

export const enrolMessage = (
  key: TestKey,
  nonce: Uint8Array,
  ueid = ueidOf(key.signer.publicKey, sha256),
): Uint8Array => signBytes(key, encodeEnrol({ nonce, publicKey: key.signer.publicKey, ueid }), { mtype: mtypes.enrol })
