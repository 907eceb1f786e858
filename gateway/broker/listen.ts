import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { Code } from '../../device-sdk/protocol/codes.ts'
import { fail, ok, type Result } from '../../device-sdk/protocol/result.ts'
import type { IsTrusted } from '../edge/index.ts'
import { meet, plainAddress } from '../edge/index.ts'
import type { Refusal } from './ports.ts'

export type TlsKeys = { readonly cert: string; readonly key: string }

export type Listener = {
  readonly host: string
  /** The real port, also where 0 was asked for. */
  readonly port: number
  /** Uses another certificate for the connections to come. */
  renew(keys: TlsKeys): void
  /** Stops listening and frees the port. Open connections are for whoever accepted them to end. */
  close(): Promise<void>
}

export type ListenOptions = {
  readonly host: string
  readonly port: number
  readonly accept: (socket: Duplex, remoteAddress: string) => void
  /** With them the port speaks TLS. */
  readonly tls?: TlsKeys
  /** Proxies, whose connections begin with a PROXY header. */
  readonly isProxy?: IsTrusted
  /** Asked before a handshake costs anything. */
  readonly admits?: (remoteAddress: string) => boolean
  /** What ends before it is accepted. */
  readonly refused?: (refusal: Refusal) => void
  /** For the PROXY header, and again for the handshake. */
  readonly handshakeMsMax?: number
  readonly connectionsMax?: number
}

const handshakeMsDefault = 10_000
export const tlsVersionMin = 'TLSv1.2'

/**
 * Listens for connections of devices over TCP, or TLS. Errors, each naming host and port: gw/port-in-use, gw/port-forbidden,
 * gw/address-unusable.
 */
export const listenTcp = (options: ListenOptions): Promise<Result<Listener>> => {
  const { host, port, accept, tls, isProxy = () => false, admits = () => true, refused = () => {} } = options
  const { handshakeMsMax = handshakeMsDefault } = options
  const secure = tls === undefined ? null : openSecure(tls, handshakeMsMax, accept, refused)
  // PUBACKs are small and awaited: Nagle's algorithm would hold them back.
  const server = createServer({ noDelay: true }, (socket) => {
    // Without an address the peer is gone already.
    if (socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    meet(socket, isProxy, handshakeMsMax, (client) => {
      if (!client.ok) refused({ ...client.error, remoteAddress: plainAddress(socket.remoteAddress ?? '') })
      if (!client.ok || !admits(client.value)) {
        socket.on('error', () => {})
        socket.destroy()
      } else if (secure === null) accept(socket, client.value)
      else secure.take(socket, client.value)
    })
  })
  if (options.connectionsMax !== undefined) server.maxConnections = options.connectionsMax
  return opened(server, host, port, secure?.server ?? null)
}

const opened = (server: Server, host: string, port: number, secure: TlsServer | null): Promise<Result<Listener>> =>
  new Promise((resolve) => {
    server.once('error', (error) => resolve(listenFailure(error, host, port)))
    server.listen({ host, port }, () => {
      // A failed accept, such as at the limit of open files, ends that one connection and not the gateway.
      server.on('error', () => {})
      const bound = boundPort(server.address())
      const close = async (): Promise<void> => {
        server.close()
      }
      const renew = (keys: TlsKeys): void => secure?.setSecureContext({ ...keys, minVersion: tlsVersionMin })
      resolve(ok({ host, port: bound ?? port, renew, close }))
    })
  })

/** A TLS server that listens nowhere: it takes sockets of which the client's address is known. */
const openSecure = (
  tls: TlsKeys,
  handshakeTimeout: number,
  accept: ListenOptions['accept'],
  refused: (refusal: Refusal) => void,
) => {
  // Why not by the socket: TLS makes another one of it, which knows no more than the proxy's address.
  const meetings = new Map<string, { readonly client: string; isSecure: boolean }>()
  const keyOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`
  const server = createTlsServer({ ...tls, minVersion: tlsVersionMin, handshakeTimeout }, (socket: TLSSocket) => {
    const meeting = meetings.get(keyOf(socket))
    if (meeting === undefined) {
      socket.destroy()
      return
    }
    meeting.isSecure = true
    accept(socket, meeting.client)
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  const take = (socket: Socket, client: string): void => {
    const key = keyOf(socket)
    const meeting = { client, isSecure: false }
    meetings.set(key, meeting)
    socket.once('close', () => {
      meetings.delete(key)
      if (!meeting.isSecure) refused({ code: 'link/handshake', remoteAddress: client })
    })
    server.emit('connection', socket)
  }
  return { server, take }
}

const boundPort = (address: string | AddressInfo | null): number | null =>
  address !== null && typeof address === 'object' ? address.port : null

const codeOfReason: Readonly<Record<string, Code>> = {
  EADDRINUSE: 'gw/port-in-use',
  EACCES: 'gw/port-forbidden',
  EPERM: 'gw/port-forbidden',
}

/** The failure for an error of the system while it opens a port. */
export const listenFailure = (error: Error, host: string, port: number): Result<never> => {
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  return fail(codeOfReason[reason] ?? 'gw/address-unusable', `${host} port ${port}: ${reason}`)
}
