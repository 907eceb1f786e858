import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import { createServer as createSecureServer } from 'node:https'
import type { Failure } from '../../device-sdk/protocol/index.ts'
import type { Log, Metrics } from '../telemetry/index.ts'
import type { Answer, Route } from './http.ts'
import { bearerOf, errorAnswer, holdsToken, readBody, send } from './http.ts'
import type { Live } from './live.ts'

export type ServerDeps = {
  readonly routes: readonly Route[]
  readonly live: Live
  readonly metrics: Metrics
  readonly adminToken: string
  /** Where the API listens on loopback only, whoever is on the machine may read. */
  readonly openReading: boolean
  /** Who asks, also where a proxy asks for them: what counts as one source, and whether it is this machine. */
  readonly caller?: (incoming: IncomingMessage) => { readonly source: string; readonly isLocal: boolean }
  readonly log: Log
  /** Throws when the store does not take writes. */
  probe(): void
  /** Reads what is measured at the moment of asking. */
  gauge(): void
}

const requestTimeoutMs = 10_000
/** Node looks every 30 s, so long could a slow request last. */
const checkEveryMs = 1_000

const ready = (deps: ServerDeps): Answer => {
  try {
    deps.probe()
    return { value: { ready: true } }
  } catch {
    return errorAnswer({ code: 'store/unwritable' })
  }
}

const special = async (path: string, deps: ServerDeps, response: ServerResponse): Promise<Answer | 'sent' | null> => {
  if (path === '/healthz') return { value: { alive: true } }
  if (path === '/readyz') return ready(deps)
  if (path !== '/metrics') return null
  deps.gauge()
  const text = await deps.metrics.text()
  response.writeHead(200, { 'content-type': deps.metrics.contentType }).end(text)
  return 'sent'
}

/** What threw was the store, or else a mistake of the program. */
const failed = (deps: ServerDeps): Answer => {
  const readiness = ready(deps)
  return readiness.status === undefined ? errorAnswer({ code: 'api/failed' }) : readiness
}

const unauthorised: Failure = { code: 'api/unauthorised' }

const dispatch = async (
  incoming: IncomingMessage,
  response: ServerResponse,
  deps: ServerDeps,
): Promise<Answer | 'sent'> => {
  const target = incoming.url ?? '/'
  if (!URL.canParse(target, 'http://gateway')) return errorAnswer({ code: 'api/bad-request', detail: 'no such URL' })
  const url = new URL(target, 'http://gateway')
  const done = incoming.method === 'GET' ? await special(url.pathname, deps, response) : null
  if (done !== null) return done
  const bearer = bearerOf(incoming)
  const isAdmin = holdsToken(bearer, deps.adminToken)
  const { source: from, isLocal } = deps.caller?.(incoming) ?? {
    source: incoming.socket.remoteAddress ?? '',
    isLocal: true,
  }
  const mayRead = (deps.openReading && isLocal) || isAdmin
  if (url.pathname === '/v1/live' && incoming.method === 'GET') {
    if (!mayRead) return errorAnswer(unauthorised)
    return deps.live.add(response) ? 'sent' : errorAnswer({ code: 'api/too-many-listeners' })
  }
  for (const route of deps.routes) {
    const match = route.method === incoming.method ? route.path.exec(url.pathname) : null
    if (match === null) continue
    const allowed = route.access === 'public' || isAdmin || (route.access === 'read' && mayRead)
    if (!allowed) return errorAnswer(unauthorised)
    const accept = incoming.headers.accept ?? ''
    const params = match.slice(1)
    return route.handle({
      params,
      query: url.searchParams,
      accept,
      from,
      isAdmin,
      bearer,
      body: (bytesMax) => readBody(incoming, bytesMax),
    })
  }
  return errorAnswer({ code: 'api/not-found', detail: `${incoming.method} ${url.pathname}` })
}

/** Keys in PEM, with which the API speaks TLS. */
export type ApiTls = { readonly cert: string; readonly key: string; readonly minVersion: 'TLSv1.2' }

/** The HTTP API: health, metrics, /v1. Never answers with a stack trace. */
export const apiServer = (deps: ServerDeps, tls: ApiTls | null = null): Server | SecureServer => {
  const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
    dispatch(incoming, response, deps)
      .then((answer) => {
        if (answer !== 'sent') send(incoming, response, answer)
      })
      .catch((error: unknown) => {
        deps.log.error({ event: 'api/failed', detail: error instanceof Error ? error.message : String(error) })
        if (!response.headersSent) send(incoming, response, failed(deps))
        else response.destroy()
      })
  }
  const timeouts = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: checkEveryMs,
  }
  if (tls === null) return createServer(timeouts, answer)
  return createSecureServer({ ...tls, ...timeouts, handshakeTimeout: requestTimeoutMs }, answer)
}
