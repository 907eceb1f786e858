import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { encode as encodeCbor } from 'cbor-x'
import type { Code, Failure, Result } from '../../device-sdk/protocol/index.ts'
import { codes, fail, ok } from '../../device-sdk/protocol/index.ts'

/** What a route is given. `params` are the groups of its path. */
export type Request = {
  readonly params: readonly string[]
  readonly query: URLSearchParams
  body(): Promise<Result<Uint8Array>>
}
export type Answer = { readonly status?: number; readonly value: unknown }
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: RegExp
  /** Who may: anybody, whoever may read, or the holder of the admin token. */
  readonly access: 'public' | 'read' | 'admin'
  handle(request: Request): Answer | Promise<Answer>
}

const bodyBytesMax = 65_536

const statuses: Partial<Record<Code, number>> = {
  'api/unauthorised': 401,
  'api/not-found': 404,
  'device/unknown': 404,
  'enrol/kid-taken': 409,
  'enrol/nonce-unknown': 403,
  'sign1/bad-signature': 403,
  'api/too-large': 413,
  'api/too-many-listeners': 503,
  'store/unwritable': 503,
  'api/failed': 500,
}

/** An error as every answer and every command of this project says it: code, sentence, next step. */
export const errorAnswer = (error: Failure): Answer => ({
  status: statuses[error.code] ?? 400,
  value: {
    error: {
      code: error.code,
      message: codes[error.code].meaning,
      next: codes[error.code].next,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    },
  },
})

export const answerOf = <T>(result: Result<T>, view: (value: T) => unknown, status = 200): Answer =>
  result.ok ? { status, value: view(result.value) } : errorAnswer(result.error)

export const readBody = async (incoming: IncomingMessage): Promise<Result<Uint8Array>> => {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of incoming as AsyncIterable<Uint8Array>) {
      length += part.length
      if (length > bodyBytesMax) return fail('api/too-large', `over ${bodyBytesMax} bytes`)
      parts.push(part)
    }
    return ok(Buffer.concat(parts))
  } catch {
    return fail('api/bad-request', 'the request ended early')
  }
}

export const readJson = async (request: Request): Promise<Result<unknown>> => {
  const body = await request.body()
  if (!body.ok) return body
  try {
    return ok(JSON.parse(Buffer.from(body.value).toString('utf8')))
  } catch {
    return fail('api/bad-request', 'the body is no JSON')
  }
}

/** JSON, or CBOR (RFC 8949) for whoever asks with `Accept: application/cbor`. */
export const send = (incoming: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const cbor = incoming.headers.accept?.includes('application/cbor') === true
  const body = cbor ? encodeCbor(answer.value) : Buffer.from(`${JSON.stringify(answer.value)}\n`)
  response.writeHead(answer.status ?? 200, {
    'content-type': cbor ? 'application/cbor' : 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}

/** Compares a bearer token in constant time. */
export const holdsToken = (incoming: IncomingMessage, token: string): boolean => {
  const given = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1]
  if (given === undefined) return false
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(token))
}
