import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Code, Result } from '../device-sdk/protocol/index.ts'
import { codes, fail, ok } from '../device-sdk/protocol/index.ts'

export type GatewayOptions = {
  /** The data folder of a gateway on this machine: its address and admin token are read from there. */
  readonly data: string
  /** Address of the API; the admin token then comes from HEXFIX_ADMIN_TOKEN. */
  readonly gateway?: string
}
export type GatewayClient = {
  readonly url: string
  readonly token: string | null
  get(path: string): Promise<Result<Document>>
  send(method: 'POST' | 'PUT', path: string, body?: Uint8Array | object): Promise<Result<Document>>
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

const readAnswer = async (response: Response): Promise<Result<Document>> => {
  const value: unknown = await response.json().catch(() => null)
  if (response.ok && isDocument(value)) return ok(value)
  const error = isDocument(value) && isDocument(value.error) ? value.error : {}
  const detail = typeof error.detail === 'string' ? error.detail : `HTTP status ${response.status}`
  return fail(isCode(error.code) ? error.code : 'gateway/bad-answer', detail)
}

/** The one way of this room to a gateway: its HTTP API. The token goes into a header and nowhere else. */
export const openGatewayClient = (options: GatewayOptions): Result<GatewayClient> => {
  const address = options.gateway === undefined ? localAddress(options.data) : ok(options.gateway.replace(/\/+$/, ''))
  if (!address.ok) return address
  const token = process.env.HEXFIX_ADMIN_TOKEN ?? localToken(options.data)
  const call = async (method: string, path: string, body?: Uint8Array | object): Promise<Result<Document>> => {
    try {
      const response = await fetch(`${address.value}${path}`, {
        method,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body) }),
      })
      return await readAnswer(response)
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : reason(error)
      return fail('gateway/unreachable', `${address.value}: ${cause}`)
    }
  }
  return ok({ url: address.value, token, get: (path) => call('GET', path), send: call })
}
