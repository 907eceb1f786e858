import type { Server } from 'node:http'
import type { Result } from '../device-sdk/protocol/index.ts'
import { ok } from '../device-sdk/protocol/index.ts'
import { listenFailure } from './broker/index.ts'

/** Listens, and gives the real port, also where 0 was asked for. */
export const listenHttp = (server: Server, host: string, port: number): Promise<Result<number>> =>
  new Promise((resolve) => {
    server.once('error', (error) => resolve(listenFailure(error, host, port)))
    server.listen({ host, port }, () => {
      const address = server.address()
      resolve(ok(typeof address === 'object' && address !== null ? address.port : port))
    })
  })

/** RFC 3986 section 3.2.2: an address of IPv6 stands in brackets. */
export const urlOf = (scheme: string, host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
