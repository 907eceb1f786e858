import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'

/** What a button of the page does; it answers in a sentence what happened. */
export type Act = () => Promise<string>
export type Control = {
  /** What stands behind the # of the page's address, which no server sees. */
  readonly fragment: string
  /** Does something between two acts of the buttons. */
  perform<T>(act: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const keyBytes = 16

const holds = (given: string | string[] | undefined, key: string): boolean =>
  typeof given === 'string' && given.length === key.length && timingSafeEqual(Buffer.from(given), Buffer.from(key))

/**
 * The buttons' other side: a server on loopback for whoever has the key, and for pages of the gateway's own origin. One act at a
 * time.
 */
export const openControl = async (origin: string, acts: Readonly<Record<string, Act>>): Promise<Control> => {
  const key = randomBytes(keyBytes).toString('hex')
  let last: Promise<unknown> = Promise.resolve()
  const perform = <T>(act: () => Promise<T>): Promise<T> => {
    const done = last.then(act)
    last = done.catch(() => {})
    return done
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const end = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(text)
    }
    request.resume()
    if (request.headers.origin !== undefined && request.headers.origin !== origin) return end(403, 'another origin')
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-allow-headers', 'x-demo-key')
    response.setHeader('vary', 'origin')
    if (request.method === 'OPTIONS') return end(204, '')
    if (!holds(request.headers['x-demo-key'], key)) return end(403, 'the key is another')
    const name = (request.url ?? '').slice(1)
    const act = Object.hasOwn(acts, name) ? acts[name] : undefined
    if (request.method !== 'POST' || act === undefined) return end(404, 'no such act')
    try {
      end(200, await perform(act))
    } catch (error) {
      end(500, `it did not come to an end: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    fragment: `#/?demo=${port}&key=${key}`,
    perform,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await last
    },
  }
}
