import { readFileSync } from 'node:fs'
import type { Code, Result } from '../../device-sdk/protocol/index.ts'
import { codes, fail, ok } from '../../device-sdk/protocol/index.ts'
import { gatewayFiles, readAdminToken } from '../identity.ts'

export type Document = Readonly<Record<string, unknown>>

const timeoutMs = 60_000
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
export const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null
const isCode = (text: unknown): text is Code => typeof text === 'string' && text in codes

const addressOf = (data: string): Result<string> => {
  try {
    const run: unknown = JSON.parse(readFileSync(gatewayFiles(data).run, 'utf8'))
    if (isDocument(run) && typeof run.http === 'string') return ok(run.http)
  } catch {
    // What a running gateway writes is not there.
  }
  return fail('gateway/not-running', data)
}

/** Asks the gateway that runs on this data folder, as its host. Errors: gateway/not-running, gateway/unreachable, and what it answers. */
export const askGateway = async (
  data: string,
  method: 'GET' | 'POST',
  path: string,
  body?: Uint8Array | Document,
): Promise<Result<Document>> => {
  const address = addressOf(data)
  if (!address.ok) return address
  const token = readAdminToken(data)
  if (!token.ok) return token
  const url = `${address.value}${path}`
  try {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token.value}` },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body) }),
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok && isDocument(answer)) return ok(answer)
    const error = isDocument(answer) && isDocument(answer.error) ? answer.error : {}
    const detail = typeof error.detail === 'string' ? error.detail : `HTTP status ${response.status}`
    return fail(isCode(error.code) ? error.code : 'gateway/bad-answer', detail)
  } catch (error) {
    return fail('gateway/unreachable', `${url}: ${reason(error)}`)
  }
}
