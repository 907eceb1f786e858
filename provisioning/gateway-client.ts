import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { callHttp, readAnswer } from '../device-sdk/link/index.ts'
import type { Code, Result } from '../device-sdk/protocol/index.ts'
import { codes, fail, fromHex, ok } from '../device-sdk/protocol/index.ts'

export type GatewayOptions = {
  /** The data folder of a gateway on this machine: its address and admin token are read from there. */
  readonly data: string
  /** Address of the API; the admin token then comes from HEXFIX_ADMIN_TOKEN. */
  readonly gateway?: string
  /** SHA-256 of the TLS key that must answer there, in hex. */
  readonly tlsSpki?: string
}
export type GatewayClient = {
  readonly url: string
  readonly token: string | null
  readonly tlsSpki: Uint8Array | null
  get(path: string): Promise<Result<Document>>
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: Uint8Array | object): Promise<Result<Document>>
}
export type Document = Readonly<Record<string, unknown>>

const timeoutMs = 10_000
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null

const localAddress = (data: string): Result<string> => {
  try {
    const run: unknown = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8'))
    if (isDocument(run) && typeof run.http === 'string') return ok(run.http)
  } catch (error) {
    return fail('gateway/not-running', `${data}: ${reason(error)}`)
  }
  return fail('gateway/not-running', data)
}

const localToken = (data: string): string | null => {
  try {
    const path = join(data, 'admin-token')
    return (statSync(path).mode & 0o077) === 0 ? readFileSync(path, 'utf8').trim() : null
  } catch {
    return null
  }
}

const isCode = (text: unknown): text is Code => typeof text === 'string' && text in codes

const answerBytesMax = 16_777_216

const parsed = (body: Uint8Array | null): unknown => {
  try {
    return JSON.parse(Buffer.from(body ?? []).toString('utf8'))
  } catch {
    return null
  }
}

const documentOf = (status: number, value: unknown): Result<Document> => {
  if (status >= 200 && status < 300 && isDocument(value)) return ok(value)
  const error = isDocument(value) && isDocument(value.error) ? value.error : {}
  const detail = typeof error.detail === 'string' ? error.detail : `HTTP status ${status}`
  return fail(isCode(error.code) ? error.code : 'gateway/bad-answer', detail)
}

/** The one way of this room to a gateway: its HTTP API. The token goes into a header and nowhere else. */
export const openGatewayClient = (options: GatewayOptions): Result<GatewayClient> => {
  const address = options.gateway === undefined ? localAddress(options.data) : ok(options.gateway.replace(/\/+$/, ''))
  if (!address.ok) return address
  const tlsSpki = options.tlsSpki === undefined ? null : fromHex(options.tlsSpki.toLowerCase())
  if (options.tlsSpki !== undefined && tlsSpki?.length !== 32)
    return fail('gateway/unreachable', `--tls-spki ${options.tlsSpki} is not 64 hex digits`)
  const token = process.env.HEXFIX_ADMIN_TOKEN ?? localToken(options.data)
  const call = async (method: string, path: string, body?: Uint8Array | object): Promise<Result<Document>> => {
    const answer = await callHttp(`${address.value}${path}`, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
      ...(tlsSpki === null ? {} : { tlsSpki }),
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)) }),
    })
    if (!answer.ok) return answer
    return documentOf(answer.value.statusCode ?? 0, parsed(await readAnswer(answer.value, answerBytesMax)))
  }
  return ok({ url: address.value, token, tlsSpki, get: (path) => call('GET', path), send: call })
}
