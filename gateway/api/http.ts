import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { encode as encodeCbor } from 'cbor-x'
import type { z } from 'zod'
import type { Code, Failure, Result } from '../../device-sdk/protocol/index.ts'
import { codes, fail, ok } from '../../device-sdk/protocol/index.ts'

/** What a route is given. `params` are the groups of its path. */
export type Request = {
  readonly params: readonly string[]
  readonly query: URLSearchParams
  /** The Accept header, empty where there is none. */
  readonly accept: string
  /** The address that asks. */
  readonly from: string
  /** Whether it holds the admin token. */
  readonly isAdmin: boolean
  /** The token that it shows, whosesoever; null where there is none. */
  readonly bearer: string | null
  /** The body; of more than `bytesMax`, by default 64 KiB, it is api/too-large. */
  body(bytesMax?: number): Promise<Result<Uint8Array>>
}
/** `raw` goes out as it is, under a media type of its own; everything else as JSON or CBOR. */
export type Answer = { readonly status?: number } & (
  | { readonly value: unknown; readonly raw?: never }
  | { readonly raw: Uint8Array; readonly type: string; readonly headers?: Readonly<Record<string, string>> }
)
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: RegExp
  /** Who may: anybody, whoever may read, or the holder of the admin token. */
  readonly access: 'public' | 'read' | 'admin'
  handle(request: Request): Answer | Promise<Answer>
}

const bodyBytesMax = 65_536

const statuses: Partial<Record<Code, number>> = {
  'api/unauthorised': 401,
  'api/not-found': 404,
  'release/unknown': 404,
  'release/taken': 409,
  'release/damaged': 500,
  'release/too-large': 413,
  'update/not-newer': 409,
  'update/not-possible': 409,
  'update/other-board': 409,
  'device/unknown': 404,
  'device/revoked': 403,
  'device/lapsed': 403,
  'device/rotated': 403,
  'claim/bad-signature': 403,
  'claim/expired': 403,
  'claim/expires-late': 403,
  'claim/nonce-unknown': 403,
  'claim/not-owner': 403,
  'claim/too-often': 429,
  'claim/too-many-nonces': 429,
  'device/absent': 409,
  'relay/own-relay': 409,
  'relay/too-many': 409,
  'time/too-often': 429,
  'enrol/kid-taken': 409,
  'schema/taken': 409,
  'schema/too-many': 409,
  'enrol/nonce-unknown': 403,
  'sign1/bad-signature': 403,
  'api/too-large': 413,
  'senml/too-large': 413,
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

/** The body as this schema wants it. An empty one counts as `{}`. */
export const readShape = async <T>(request: Request, shape: z.ZodType<T>): Promise<Result<T>> => {
  const body = await request.body()
  if (!body.ok) return body
  try {
    const parsed = shape.safeParse(body.value.length === 0 ? {} : JSON.parse(Buffer.from(body.value).toString('utf8')))
    if (parsed.success) return ok(parsed.data)
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
    return fail('api/bad-request', faults.join('; '))
  } catch {
    return fail('api/bad-request', 'the body is no JSON')
  }
}

export const readBody = async (incoming: IncomingMessage, bytesMax = bodyBytesMax): Promise<Result<Uint8Array>> => {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of incoming as AsyncIterable<Uint8Array>) {
      length += part.length
      if (length > bytesMax) return fail('api/too-large', `over ${bytesMax} bytes`)
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

const written = (answer: Answer, cbor: boolean): { readonly type: string; readonly body: Uint8Array } => {
  if (answer.raw !== undefined) return { type: answer.type, body: answer.raw }
  if (cbor) return { type: 'application/cbor', body: encodeCbor(answer.value) }
  return { type: 'application/json; charset=utf-8', body: Buffer.from(`${JSON.stringify(answer.value)}\n`) }
}

/** JSON, or CBOR (RFC 8949) for whoever asks with `Accept: application/cbor`. */
export const send = (incoming: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const { type, body } = written(answer, incoming.headers.accept?.includes('application/cbor') === true)
  response.writeHead(answer.status ?? 200, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(answer.raw === undefined ? {} : answer.headers),
  })
  response.end(body)
}

export const bearerOf = (incoming: IncomingMessage): string | null =>
  /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1] ?? null

/** Compares a bearer token in constant time. */
export const holdsToken = (given: string | null, token: string): boolean => {
  if (given === null) return false
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(token))
}
