import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { callHttp, readAnswer } from '../device-sdk/link/index.ts'
import type { Code, Result } from '../device-sdk/protocol/index.ts'
import { codes, fail, fromHex, ok, toHex } from '../device-sdk/protocol/index.ts'

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

/** Where the gateway of this machine answers, every address of it, and the TLS key that it has. */
type Local = { readonly http: string; readonly urls: readonly unknown[]; readonly tlsSpki: unknown }

const readLocal = (data: string): Result<Local> => {
  try {
    const run: unknown = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8'))
    if (isDocument(run) && typeof run.http === 'string') {
      const { http, tlsSpki } = run
      return ok({ http, urls: Array.isArray(run.urls) ? [http, ...run.urls] : [http], tlsSpki })
    }
  } catch (error) {
    return fail('gateway/not-running', `${data}: ${reason(error)}`)
  }
  return fail('gateway/not-running', data)
}

/** Whether the gateway of this machine is meant: by an address of its own, or by the TLS key that must be shown there. */
const isMeant = ({ urls, tlsSpki }: Local, url: string, pin: Uint8Array | null): boolean =>
  urls.includes(url) || (pin !== null && toHex(pin) === tlsSpki)

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
  const local = readLocal(options.data)
  if (!local.ok && options.gateway === undefined) return local
  const url = options.gateway?.replace(/\/+$/, '') ?? (local.ok ? local.value.http : '')
  const tlsSpki = options.tlsSpki === undefined ? null : fromHex(options.tlsSpki.toLowerCase())
  if (options.tlsSpki !== undefined && tlsSpki?.length !== 32)
    return fail('gateway/unreachable', `--tls-spki ${options.tlsSpki} is not 64 hex digits`)
  // Whoever answers elsewhere is not shown the token of this machine's gateway.
  const isOwn = local.ok && isMeant(local.value, url, tlsSpki)
  const token = process.env.HEXFIX_ADMIN_TOKEN ?? (isOwn ? localToken(options.data) : null)
  const call = async (method: string, path: string, body?: Uint8Array | object): Promise<Result<Document>> => {
    const answer = await callHttp(`${url}${path}`, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
      ...(tlsSpki === null ? {} : { tlsSpki }),
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)) }),
    })
    if (!answer.ok) return answer
    return documentOf(answer.value.statusCode ?? 0, parsed(await readAnswer(answer.value, answerBytesMax)))
  }
  return ok({ url, token, tlsSpki, get: (path) => call('GET', path), send: call })
}
