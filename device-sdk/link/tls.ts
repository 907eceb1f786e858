import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import type { Result } from '../protocol/index.ts'
import { fail, ok, toHex } from '../protocol/index.ts'

/** The host of a URL as sockets take it: an address of IPv6 without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

const unreachable = (url: URL, error: Error): Result<never> =>
  fail('gateway/unreachable', `${url.host}: ${error.message}`)

/** SHA-256 of the key that the other end proved to hold. */
const keyOf = (socket: TLSSocket): Uint8Array =>
  createHash('sha256')
    .update(socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' }) ?? '')
    .digest()

/**
 * A TLS connection to a server that is who it must be; until then nothing is sent. With a pin the key alone decides: a device has
 * no clock to read dates by, and a LAN no names. Without one, the authorities, the dates and the name do, as for a browser.
 * Errors: tls/wrong-key, gateway/unreachable.
 * @param tlsSpki - SHA-256 of the server's SubjectPublicKeyInfo.
 */
export const connectTls = (
  url: URL,
  defaultPort: number,
  tlsSpki: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<Result<TLSSocket>> =>
  new Promise((resolve) => {
    const host = hostOf(url)
    const socket = connect({
      host,
      port: url.port === '' ? defaultPort : Number(url.port),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: tlsSpki === undefined,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
    const stop = (): void => void socket.destroy(new Error('it took too long, or was called off'))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const end = (result: Result<TLSSocket>): void => {
      signal.removeEventListener('abort', stop)
      socket.removeListener('error', refuse)
      if (!result.ok) {
        socket.on('error', () => {})
        socket.destroy()
      }
      resolve(result)
    }
    const refuse = (error: Error): void => end(unreachable(url, error))
    socket.once('error', refuse)
    socket.once('secureConnect', () => {
      const key = keyOf(socket)
      const isRight = tlsSpki === undefined || (tlsSpki.length === key.length && timingSafeEqual(key, tlsSpki))
      end(isRight ? ok(socket) : fail('tls/wrong-key', `${url.host} has ${toHex(key)}`))
    })
  })
