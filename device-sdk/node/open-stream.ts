import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { connectTls, hostOf } from '../link/index.ts'
import type { Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'

/** `authenticated`: the server proved by TLS who it is, so that its PUBACK counts. */
export type OpenStream = { readonly stream: Duplex; readonly authenticated: boolean }

const ports: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 }
const messageBytesMax = 131_072

const openTcp = async (url: URL, port: number, signal: AbortSignal): Promise<Result<Duplex>> => {
  const socket = connect({ host: hostOf(url), port: url.port === '' ? port : Number(url.port), noDelay: true })
  try {
    await once(socket, 'connect', { signal })
    return ok(socket)
  } catch (error) {
    socket.on('error', () => {})
    socket.destroy()
    return fail('gateway/unreachable', `${url.host}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** MQTT 3.1.1 section 6, over a connection that is open. */
const openWebSocket = async (url: URL, socket: Duplex, signal: AbortSignal): Promise<Result<Duplex>> => {
  const { createWebSocketStream, WebSocket } = await import('ws')
  const options = { createConnection: () => socket, perMessageDeflate: false, maxPayload: messageBytesMax }
  const webSocket = new WebSocket(`ws://${url.host}${url.pathname}${url.search}`, 'mqtt', options)
  webSocket.on('error', () => {})
  try {
    await once(webSocket, 'open', { signal })
    return ok(createWebSocketStream(webSocket))
  } catch (error) {
    webSocket.terminate()
    socket.destroy()
    return fail('gateway/unreachable', `${url.host}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Opens what MQTT runs on: mqtt, mqtts, ws or wss. Nothing of the device is sent before the server has shown the pinned key.
 * Errors: tls/wrong-key, gateway/unreachable.
 */
export const openStream = async (
  address: string,
  tlsSpki: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<Result<OpenStream>> => {
  const url = URL.canParse(address) ? new URL(address) : null
  const port = url === null ? undefined : ports[url.protocol]
  if (url === null || port === undefined) return fail('gateway/unreachable', `${address} is no address for MQTT`)
  const authenticated = url.protocol === 'mqtts:' || url.protocol === 'wss:'
  const opened = authenticated ? await connectTls(url, port, tlsSpki, signal) : await openTcp(url, port, signal)
  if (!opened.ok) return opened
  const isWebSocket = url.protocol === 'ws:' || url.protocol === 'wss:'
  const stream = isWebSocket ? await openWebSocket(url, opened.value, signal) : opened
  return stream.ok ? ok({ stream: stream.value, authenticated }) : stream
}
