import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import mqttPacket, { type IConnectPacket, type Packet } from 'mqtt-packet'
import { afterEach } from 'vitest'
import { fail, ok, type Result } from '../../../device-sdk/protocol/result.ts'
import {
  type Broker,
  type BrokerLimits,
  type ConnectAttempt,
  listenTcp,
  type Refusal,
  startBroker,
  type UpMessage,
} from '../../../gateway/broker/index.ts'

export const net = 7
export const alice = 'aaaaaaaaaaaaaaa1'
export const bob = 'bbbbbbbbbbbbbbb2'
export const good = Buffer.from('good token')

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A value that arrives: `take` waits for the next one. */
export const mailbox = <T>() => {
  const waiting: ((value: T) => void)[] = []
  const values: T[] = []
  return {
    all: values,
    put: (value: T): void => {
      const taker = waiting.shift()
      if (taker) taker(value)
      else values.push(value)
    },
    take: (): Promise<T> => {
      const value = values.shift()
      return value === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(value)
    },
  }
}

export type Pending = { message: UpMessage; done: () => void; fail: (error: Error) => void }

export type Harness = {
  broker: Broker
  port: number
  refusals: ReturnType<typeof mailbox<Refusal>>
  attempts: ConnectAttempt[]
  /** Messages that wait for the store, in the order in which they came. */
  pending: ReturnType<typeof mailbox<Pending>>
}

type Authenticate = (attempt: ConnectAttempt) => Promise<Result<{ kid: string }>>

export const startHarness = async (
  options: { limits?: Partial<BrokerLimits>; authenticate?: Authenticate } = {},
): Promise<Harness> => {
  const refusals = mailbox<Refusal>()
  const pending = mailbox<Pending>()
  const attempts: ConnectAttempt[] = []
  const judge: Authenticate = async ({ clientId, password }) =>
    good.equals(password) ? ok({ kid: clientId }) : fail('sign1/bad-signature')
  const broker = await startBroker({
    net,
    ...(options.limits ? { limits: options.limits } : {}),
    hooks: {
      authenticate: (attempt) => {
        attempts.push(attempt)
        return (options.authenticate ?? judge)(attempt)
      },
      publish: (message, settle) => pending.put({ message, done: () => settle(null), fail: settle }),
      refused: refusals.put,
    },
  })
  cleanups.push(() => broker.close())
  const listening = await listenTcp({ host: '127.0.0.1', port: 0, accept: broker.accept })
  if (!listening.ok) throw new Error(listening.error.detail)
  cleanups.push(() => listening.value.close())
  return { broker, port: listening.value.port, refusals, attempts, pending }
}

export type RawClient = {
  socket: Socket
  send: (packet: Packet) => void
  /** The next packet; rejects when the connection ends first. */
  next: () => Promise<Packet>
  received: Packet[]
  closed: Promise<unknown>
}

/** An MQTT client that does exactly what it is told, over mqtt-packet, which is not the code under test. */
export const openRaw = async (port: number): Promise<RawClient> => {
  const socket = connectTcp({ host: '127.0.0.1', port })
  cleanups.push(() => void socket.destroy())
  const packets = mailbox<Packet | null>()
  const received: Packet[] = []
  const parser = mqttPacket.parser()
  parser.on('packet', (packet: Packet) => {
    received.push({ ...packet })
    packets.put(packet)
  })
  socket.on('data', (piece) => parser.parse(piece))
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  void closed.then(() => packets.put(null))
  await once(socket, 'connect')
  const next = async (): Promise<Packet> => {
    const packet = await packets.take()
    if (packet === null) throw new Error('the connection ended')
    return packet
  }
  return { socket, send: (packet) => void socket.write(mqttPacket.generate(packet)), next, received, closed }
}

export const connectPacket = (kid: string, changes: Partial<IConnectPacket> = {}): IConnectPacket => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: kid,
  keepalive: 30,
  username: kid,
  password: good,
  ...changes,
})

/** A raw client that is connected as this device. */
export const openDevice = async (port: number, kid: string, changes: Partial<IConnectPacket> = {}) => {
  const client = await openRaw(port)
  client.send(connectPacket(kid, changes))
  const connack = await client.next()
  if (connack.cmd !== 'connack' || connack.returnCode !== 0) throw new Error(`refused: ${JSON.stringify(connack)}`)
  return client
}

export const publishPacket = (topic: string, messageId: number, payload = 'x'): Packet => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 1,
  messageId,
  dup: false,
  retain: false,
})

/** Waits until everything that was sent before has been handled: the broker answers a PINGREQ in order. */
export const ping = async (client: RawClient): Promise<void> => {
  client.send({ cmd: 'pingreq' })
  const answer = await client.next()
  if (answer.cmd !== 'pingresp') throw new Error(`expected pingresp, got ${answer.cmd}`)
}

/** A socket in memory: gives the pieces one by one as it is read, and counts how many were taken. */
export const fakeSocket = (pieces: readonly Buffer[]) => {
  const state = { taken: 0, written: [] as Buffer[], releaseWrite: () => {} }
  let blocked = false
  const socket = new Duplex({
    readableHighWaterMark: 1,
    writableHighWaterMark: 1,
    read: () => {
      const piece = pieces[state.taken]
      if (piece === undefined) return
      state.taken += 1
      socket.push(piece)
    },
    write: (piece: Buffer, _encoding, done) => {
      state.written.push(piece)
      if (blocked) state.releaseWrite = () => done()
      else done()
    },
  })
  const block = (): void => {
    blocked = true
  }
  return { socket, state, block }
}
