import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import type { Code } from '../../device-sdk/protocol/codes.ts'
import { fail, ok, type Result } from '../../device-sdk/protocol/result.ts'

export type Listener = {
  readonly host: string
  /** The real port, also where 0 was asked for. */
  readonly port: number
  /** Stops listening and frees the port. Open connections are for whoever accepted them to end. */
  close(): Promise<void>
}

export type ListenOptions = {
  readonly host: string
  readonly port: number
  readonly accept: (socket: Socket, remoteAddress: string) => void
}

/**
 * Listens for TCP connections. Errors, each naming host and port: gw/port-in-use, gw/port-forbidden,
 * gw/address-unusable.
 */
export const listenTcp = ({ host, port, accept }: ListenOptions): Promise<Result<Listener>> => {
  // PUBACKs are small and awaited: Nagle's algorithm would hold them back.
  const server = createServer({ noDelay: true }, (socket) => {
    // Without an address the peer is gone already.
    if (socket.remoteAddress === undefined) socket.destroy()
    else accept(socket, socket.remoteAddress)
  })
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(listenFailure(error, host, port)))
    server.listen({ host, port }, () => {
      // A failed accept, such as at the limit of open files, ends that one connection and not the gateway.
      server.on('error', () => {})
      const bound = boundPort(server.address())
      const close = async (): Promise<void> => {
        server.close()
      }
      resolve(ok({ host, port: bound ?? port, close }))
    })
  })
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
