import { deviceFiles, readTrustFile } from '../device-sdk/link/index.ts'
import type { Code, Result } from '../device-sdk/protocol/index.ts'
import { codes, fail, ok } from '../device-sdk/protocol/index.ts'
import { openKeyFile } from '../device-sdk/signer/index.ts'
import { entropyTipOf } from './entropy-tip.ts'
import type { Document, GatewayClient } from './gateway-client.ts'
import { likelyCauses } from './likely-causes.ts'
import { kidTextOf } from './proof.ts'
import { saveTrust } from './provision.ts'

/** The kid of the device in a folder. */
export const kidOfFolder = (dir: string): Result<string> => {
  const signer = openKeyFile(deviceFiles(dir).key)
  return signer.ok ? ok(kidTextOf(signer.value.publicKey)) : signer
}

/** What density makes of a cell, by the gateway's own rules. */
export type Preview = { readonly scale: number; readonly words: string; readonly document: Document }

export const previewOf = async (client: GatewayClient, kid: string, cell: string): Promise<Result<Preview>> => {
  const answer = await client.get(`/v1/coverage/preview?cell=${cell}&kid=${kid}`)
  if (!answer.ok) return answer
  const { scale, words } = answer.value
  return typeof scale === 'number' && typeof words === 'string'
    ? ok({ scale, words, document: answer.value })
    : fail('gateway/bad-answer', 'no scale')
}

/** Lets a device of this machine know its asserted cell, which its beacons name, and the entropy that it is to trust. */
export const pinCell = async (client: GatewayClient, dir: string, kid: string, cell: string): Promise<Result<null>> => {
  const own = kidOfFolder(dir)
  const trust = readTrustFile(dir)
  if (!own.ok || own.value !== kid || !trust.ok) return ok(null)
  const entropyTip = trust.value.entropyTip ?? (await entropyTipOf(client, true))
  return saveTrust(dir, { ...trust.value, cell, entropyTip })
}

export type Verdict = {
  readonly kind: string
  readonly beaconId: string
  readonly epoch: number
  readonly code: string
  readonly rule: string | null
  readonly measured: number | null
  readonly threshold: number | null
  readonly unit: string | null
  readonly margin?: number
  readonly flip: string
}
/** A verdict with what it means, what is likely behind it and what to do. */
export type Explained = Verdict & {
  readonly meaning: string
  readonly likely: readonly string[]
  readonly next: string
}
export type Why = {
  readonly receipt: number
  readonly kid: string
  readonly code: string
  readonly meaning: string
  readonly next: string
  readonly verdicts: readonly Explained[]
  /** Whether something in the report waits for its epoch to close. */
  readonly waits: boolean
}

const sentences = (code: string): { readonly meaning: string; readonly next: string } => {
  if (code in codes) return codes[code as Code]
  return { meaning: code === 'accepted' ? 'No rule objected.' : 'A code that this version does not know.', next: '' }
}

const isSubmission = (block: unknown): boolean =>
  typeof block === 'object' &&
  block !== null &&
  'type' in block &&
  (block.type === 'beacon' || block.type === 'witness')

/** Everything that is known about one receipt. */
export const whyOf = async (client: GatewayClient, receipt: number): Promise<Result<Why>> => {
  const report = await client.get(`/v1/reports/${receipt}`)
  if (!report.ok) return report
  const judged = await client.get(`/v1/reports/${receipt}/verdicts`)
  if (!judged.ok) return judged
  const { kid, code, report: body } = report.value
  if (typeof kid !== 'string' || typeof code !== 'string' || !Array.isArray(judged.value.verdicts)) {
    return fail('gateway/bad-answer', `receipt ${receipt}`)
  }
  const verdicts = (judged.value.verdicts as Verdict[]).map((verdict): Explained => {
    return { ...verdict, ...sentences(verdict.code), likely: likelyCauses(verdict.rule) }
  })
  const blocks = typeof body === 'object' && body !== null && 'blocks' in body ? body.blocks : []
  const waits = verdicts.length === 0 && code === 'accepted' && Array.isArray(blocks) && blocks.some(isSubmission)
  return ok({ receipt, kid, code, ...sentences(code), verdicts, waits })
}
