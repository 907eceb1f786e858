import type { Socket } from 'node:net'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { IsTrusted } from './address.ts'
import { plainAddress } from './address.ts'
import { readProxyHeader } from './proxy-v2.ts'

/**
 * Tells who is at the other end of a connection: its address, or, from a trusted proxy, the client that the PROXY header names.
 * There the header must come, and is taken off: whoever guesses lets a client behind the proxy write one (section 2, "must not
 * try to guess"). `done` is called once, with the socket paused; after a failure the socket is the caller's to end.
 */
export const meet = (
  socket: Socket,
  isProxy: IsTrusted,
  timeoutMs: number,
  done: (client: Result<string>) => void,
): void => {
  const peer = plainAddress(socket.remoteAddress ?? '')
  if (!isProxy(peer)) {
    done(ok(peer))
    return
  }
  let start = Buffer.alloc(0)
  const finish = (client: Result<string>): void => {
    clearTimeout(timer)
    socket.removeListener('data', take)
    socket.removeListener('close', ended)
    socket.pause()
    done(client)
  }
  const take = (piece: Buffer): void => {
    start = Buffer.concat([start, piece])
    const header = readProxyHeader(start)
    if (header === null) return
    if (!header.ok) {
      finish(header)
      return
    }
    const rest = start.subarray(header.value.bytes)
    socket.pause()
    if (rest.length > 0) socket.unshift(rest)
    finish(ok(header.value.client ?? peer))
  }
  const ended = (): void => finish(fail('link/handshake', 'it closed before its PROXY header'))
  const timer = setTimeout(() => finish(fail('link/handshake', 'no PROXY header came in time')), timeoutMs)
  socket.on('error', () => {})
  socket.on('data', take)
  socket.once('close', ended)
}
