import type { Server } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import type { Result } from '../device-sdk/protocol/index.ts'
import { ok } from '../device-sdk/protocol/index.ts'
import { listenFailure } from './broker/index.ts'
import { isLoopback } from './config.ts'

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

/** The addresses of IPv4 that this machine has on networks. */
const lanAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)

/** Under which name or address others reach what listens on `host`: a port of all addresses is reached under one of them. */
export const reachableHost = (host: string, names: readonly string[]): string => {
  if (host !== '0.0.0.0' && host !== '::') return isLoopback(host) ? host : (names[0] ?? host)
  return names[0] ?? lanAddresses()[0] ?? '127.0.0.1'
}

/** What a certificate of this gateway is about: what is configured, else what this machine is called; and loopback. */
export const certificateNames = (names: readonly string[]): string[] => {
  const called = [hostname(), ...lanAddresses()].filter((name) => /^[A-Za-z0-9.-]{1,253}$/.test(name))
  return [...new Set([...(names.length > 0 ? names : called), 'localhost', '127.0.0.1', '::1'])]
}
