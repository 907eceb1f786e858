import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'

export type WebSocketOptions = {
  readonly path: string
  /** Bytes of one message. */
  readonly messageBytesMax: number
  readonly addressOf: (incoming: IncomingMessage) => string
  readonly admits: (remoteAddress: string) => boolean
  readonly accept: (stream: Duplex, remoteAddress: string) => void
}

/** MQTT 3.1.1 section 6: the name of the subprotocol [MQTT-6.0.0-3]. */
const subprotocol = 'mqtt'
const pongBytesMax = 4_096
/** RFC 6455 section 7.4.1. */
const unsupportedData = 1003

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}

/** Takes upgrades of an HTTP server to MQTT over WebSocket and hands on each as a stream of bytes. No compression: it costs memory. */
export const mqttOverWebSocket = ({ path, messageBytesMax, addressOf, admits, accept }: WebSocketOptions) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    clientTracking: false,
    autoPong: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  })
  return (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    const address = addressOf(incoming)
    const offered = (incoming.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    const isElsewhere = incoming.url?.split('?')[0] !== path
    if (isElsewhere || !offered.includes(subprotocol)) {
      refuse(socket, isElsewhere ? '404 Not Found' : '400 Bad Request')
      return
    }
    if (!admits(address)) {
      socket.destroy()
      return
    }
    sockets.handleUpgrade(incoming, socket, head, (client) => {
      // MQTT travels in binary messages alone [MQTT-6.0.0-1].
      client.on('message', (_message, isBinary) => {
        if (!isBinary) client.close(unsupportedData)
      })
      // A peer that asks and never reads must not fill our memory with answers.
      client.on('ping', (data) => {
        if (client.bufferedAmount < pongBytesMax) client.pong(data)
      })
      const stream = createWebSocketStream(client)
      stream.on('error', () => stream.destroy())
      accept(stream, address)
    })
  }
}
