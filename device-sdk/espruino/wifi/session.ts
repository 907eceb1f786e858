import type { ByteString, Code } from '../../protocol/index.ts'
import type { Address } from './addresses.ts'
import { openAlarm } from './alarm.ts'
import type { Socket } from './firmware.ts'
import { firmwareNet } from './firmware.ts'
import { came, connectPacket, packetReader, pingPacket, publishPacket, readPublish, subscribePacket } from './mqtt.ts'

/** From the socket to SUBACK. */
const openMsMax = 20_000
const pingMs = 30_000
/** A broker waits half as long again: [MQTT-3.1.2-24]. */
const keepaliveS = 60
const packetIdMax = 65_535

export type SessionOptions = {
  readonly address: Address
  /** Client id and user name. */
  readonly id: string
  readonly password: string
  /** What it subscribes to. */
  readonly topics: readonly string[]
  /** The password has left the board. */
  connecting(): void
  /** What is published goes out now. */
  up(): void
  /** It has held for a while. */
  held(): void
  /** @param at - which of the topics. */
  take(at: number, message: ByteString): void
  /** It is over, by whomever but `end`. Nothing is called after that. */
  over(code: Code, detail: string): void
}
export type Session = {
  publish(topic: string, message: ByteString): void
  end(): void
}

/** One connection to a broker, from its socket to its end. Errors: wifi/closed, wifi/silent, wifi/garbled, wifi/refused. */
export const openSession = (options: SessionOptions): Session => {
  const address = options.address
  const alarm = openAlarm()
  let socket: Socket | null = null
  let isOver = false
  let isAwaited = false
  let packetId = 0

  const end = (): void => {
    isOver = true
    alarm(0, null)
    try {
      if (socket !== null) socket.end()
    } catch (_closed) {}
  }
  const fail = (code: Code, detail?: string): void => {
    if (isOver) return
    end()
    options.over(code, detail === undefined ? `${address.host}:${address.port}` : detail)
  }
  const write = (packet: ByteString): void => {
    try {
      if (socket !== null && !isOver) socket.write(packet)
    } catch (_closed) {
      fail('wifi/closed')
    }
  }
  const ping = (): void => {
    if (isAwaited) {
      fail('wifi/silent')
      return
    }
    options.held()
    isAwaited = true
    alarm(pingMs, ping)
    write(pingPacket)
  }
  const take = (first: number, body: ByteString): void => {
    if (isOver) return
    isAwaited = false
    if (first === came.connack) {
      // Section 3.2.2.3
      if (body.charCodeAt(1) === 0) write(subscribePacket(options.topics))
      else fail('wifi/refused', `CONNACK ${body.charCodeAt(1)}`)
    } else if (first === came.suback) {
      if (body.indexOf('\x80') >= 0) fail('wifi/refused', 'SUBACK')
      else {
        alarm(pingMs, ping)
        options.up()
      }
    } else if (first === came.publish) {
      const published = readPublish(body)
      const at = published === null ? -1 : options.topics.indexOf(published.topic)
      if (published !== null && at >= 0) options.take(at, published.message)
    }
  }

  alarm(openMsMax, () => fail('wifi/silent'))
  try {
    socket = firmwareNet().connect({ host: address.host, port: address.port }, () => {
      options.connecting()
      write(connectPacket(options.id, options.password, keepaliveS))
    })
    socket.on(
      'data',
      packetReader(take, () => fail('wifi/garbled')),
    )
    socket.on('close', () => fail('wifi/closed'))
  } catch (_unreachable) {
    fail('wifi/closed')
  }
  return {
    publish: (topic, message) => {
      packetId = (packetId % packetIdMax) + 1
      write(publishPacket(packetId, topic, message))
    },
    end,
  }
}
