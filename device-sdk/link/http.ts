import { type IncomingMessage, request } from 'node:http'
import type { Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'
import { connectTls } from './tls.ts'

export type HttpCall = {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** For https: SHA-256 of the server's SubjectPublicKeyInfo, which then decides alone. */
  readonly tlsSpki?: Uint8Array
  /** Ends the call, its answer included. */
  readonly signal: AbortSignal
}

const httpsPort = 443
const reason = (error: Error): string => (error.message === '' && 'code' in error ? String(error.code) : error.message)

/**
 * One request over HTTP or HTTPS, on a connection of its own. Follows no redirect: they lead to who was not asked.
 * Resolves with the head of the answer. Errors: tls/wrong-key, gateway/unreachable.
 */
export const callHttp = async (address: string, call: HttpCall): Promise<Result<IncomingMessage>> => {
  if (!URL.canParse(address)) return fail('gateway/unreachable', `${address} is no URL`)
  const url = new URL(address)
  const { method, headers, body, tlsSpki, signal } = call
  const tls = url.protocol === 'https:' ? await connectTls(url, httpsPort, tlsSpki, signal) : null
  if (tls !== null && !tls.ok) return tls
  const options = {
    method,
    signal,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
    ...(tls === null ? { agent: false as const } : { createConnection: () => tls.value }),
  }
  // Over a TLS connection of ours the request itself is plain.
  const target = `http://${url.host}${url.pathname}${url.search}`
  return new Promise((resolve) => {
    const outgoing = request(target, options, (answer) => resolve(ok(answer)))
    outgoing.on('error', (error) => resolve(fail('gateway/unreachable', `${url.origin}: ${reason(error)}`)))
    outgoing.end(body)
  })
}

/** The body of an answer; null where it is longer than that, or ends early. */
export const readAnswer = async (answer: IncomingMessage, bytesMax: number): Promise<Uint8Array | null> => {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of answer as AsyncIterable<Uint8Array>) {
      length += part.length
      if (length > bytesMax) return null
      parts.push(part)
    }
    return Buffer.concat(parts)
  } catch {
    return null
  }
}
