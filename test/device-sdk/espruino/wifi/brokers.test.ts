import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join as joinPath } from 'node:path'
import { connectAsync } from 'mqtt'
import mqttPacket, { type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet'
import { beforeAll, expect, test } from 'vitest'
import {
  encodeSync,
  fromBase64Url,
  kidOf,
  mtypes,
  readConnect,
  readSign1,
  readTimeRequest,
  signPayload,
  toHex,
  topicOf,
  verifySign1,
  writeTagged,
} from '../../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../../device-sdk/signer/index.ts'
import { runProgram } from '../../../e2e/harness.ts'
import { mailbox } from '../../../gateway/broker/harness.ts'
import { atEnd, must, testFolder } from '../../../gateway/harness.ts'
import { net, testKey } from '../../../gateway/keys.ts'
import { programOf } from '../loop/board-under-test.ts'
import { join, makeKey, note, openWifiBoard, pin, readings, type WifiBoard } from './parts.ts'

const timeout = { timeout: 20_000 }
const gatewayKey = testKey('gateway')
const noise = Buffer.concat(Array.from({ length: 125 }, (_, i) => sha256(Uint8Array.of(i))))
let program: string
beforeAll(async () => {
  program = await programOf(readings, 'javascriptCrypto', true)
})

type Peer = { readonly socket: Socket; next(): Promise<Packet>; send(packet: Packet): void }

/** A broker that does what a test says: `next` is the next connection. */
const openBroker = async () => {
  const peers = mailbox<Peer>()
  const server = createServer((socket) => {
    const packets = mailbox<Packet>()
    const parser = mqttPacket.parser({ protocolVersion: 4 })
    parser.on('packet', packets.put)
    socket.on('data', (data) => parser.parse(data))
    socket.on('error', () => {})
    atEnd(() => void socket.destroy())
    peers.put({ socket, next: packets.take, send: (packet) => void socket.write(mqttPacket.generate(packet)) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(() => void server.close())
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, next: peers.take }
}

const start = async (url: string): Promise<{ board: WifiBoard; publicKey: Uint8Array; kid: string }> => {
  const board = openWifiBoard(program)
  const publicKey = await makeKey(board)
  await pin(board, gatewayKey.signer.publicKey, [url])
  await join(board)
  return { board, publicKey, kid: toHex(kidOf(publicKey, sha256)) }
}
const connackOf = (returnCode: number): Packet => ({ cmd: 'connack', returnCode, sessionPresent: false })
const accept = async (peer: Peer): Promise<IConnectPacket> => {
  const connect = (await peer.next()) as IConnectPacket
  peer.send(connackOf(0))
  expect(await peer.next()).toMatchObject({ cmd: 'subscribe' })
  peer.send({ cmd: 'suback', messageId: 1, granted: [0, 0] })
  return connect
}
/** The pair of the token, whose signature holds for this gateway. */
const tokenOf = ({ password }: IConnectPacket, publicKey: Uint8Array): [boot: number, n: number] => {
  const frame = must(readSign1(fromBase64Url(String(password)) ?? new Uint8Array()))
  const binding = { mtype: mtypes.connect, net, kid: kidOf(publicKey, sha256) }
  const { gateway, boot, n } = must(readConnect(must(verifySign1(frame, binding, publicKey, sha256, nobleVerify))))
  expect(toHex(gateway)).toBe(gatewayKey.kid)
  return [boot, n]
}

test(
  'every connection has a token of its own, with a number that rises; it waits after a refusal, and subscribes to its own',
  timeout,
  async () => {
    const broker = await openBroker()
    const { board, publicKey, kid } = await start(broker.url)
    const first = await broker.next()
    const connect = (await first.next()) as IConnectPacket
    expect(connect).toMatchObject({ clientId: kid, username: kid, clean: true, keepalive: 60, protocolVersion: 4 })
    expect(tokenOf(connect, publicKey)).toEqual([0, 0])
    first.send(connackOf(3))
    expect(await note(board, 'wifi/refused')).toBe('wifi/refused: CONNACK 3')
    const second = await broker.next()
    expect(tokenOf((await second.next()) as IConnectPacket, publicKey)).toEqual([0, 1])
    second.send(connackOf(0))
    const wanted = ['receipt', 'sync', 'command', 'update'] as const
    expect(await second.next()).toMatchObject({
      cmd: 'subscribe',
      subscriptions: wanted.map((type) => ({ topic: topicOf(net, kid, type), qos: 0 })),
    })
    second.send({ cmd: 'suback', messageId: 1, granted: [0, 128] })
    expect(await note(board, 'wifi/refused')).toBe('wifi/refused: SUBACK')
    const third = await broker.next()
    expect(tokenOf(await accept(third), publicKey)).toEqual([0, 2])
    expect(await third.next()).toMatchObject({ cmd: 'publish', qos: 1, topic: topicOf(net, kid, 'time') })
  },
)

test('garbage, packets that are too large, of strangers and in pieces stop nothing', timeout, async () => {
  const broker = await openBroker()
  const { board, publicKey, kid } = await start(broker.url)
  const garbled = await broker.next()
  garbled.socket.write(Buffer.from('20ffffffffff', 'hex'))
  await note(board, 'wifi/garbled')
  const noisy = await broker.next()
  noisy.socket.write(noise)
  noisy.socket.end()
  const peer = await broker.next()
  await accept(peer)
  const asked = (await peer.next()) as IPublishPacket
  expect(asked.topic).toBe(topicOf(net, kid, 'time'))
  const publish = (topic: string, payload: Buffer): Buffer =>
    mqttPacket.generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false })
  const sync = topicOf(net, kid, 'sync')
  peer.socket.write(publish(sync, Buffer.alloc(100_000, 1)))
  for (const payload of ['', '\x84', noise.subarray(0, 300), Buffer.alloc(2_000, 0x9f)])
    peer.socket.write(publish(sync, Buffer.from(payload)))
  peer.socket.write(publish(topicOf(net, 'f'.repeat(16), 'sync'), noise.subarray(0, 80)))
  peer.socket.write(Buffer.from('3003ffff41', 'hex'))
  peer.socket.write(Buffer.from('32090003612f6200014142', 'hex'))
  const request = must(readSign1(asked.payload as Buffer))
  const binding = { mtype: mtypes.time, net, kid: kidOf(publicKey, sha256) }
  const { nonce } = must(readTimeRequest(must(verifySign1(request, binding, publicKey, sha256, nobleVerify))))
  const down = { mtype: mtypes.sync, net, kid: gatewayKey.kidBytes, to: kidOf(publicKey, sha256) }
  const answer = encodeSync({ echo: nonce, nowS: 1_790_000_000, ms: 0 })
  const whole = publish(sync, Buffer.from(writeTagged(signPayload(answer, down, sha256, gatewayKey.signer.sign))))
  peer.socket.setNoDelay(true)
  for (const byte of whole) peer.socket.write(Buffer.of(byte))
  for (;;) {
    const packet = (await peer.next()) as IPublishPacket
    if (packet.topic !== topicOf(net, kid, 'report')) continue
    const frame = must(readSign1(packet.payload as Buffer))
    const of = { mtype: mtypes.report, net, kid: kidOf(publicKey, sha256) }
    const payload = must(verifySign1(frame, of, publicKey, sha256, nobleVerify))
    expect(payload[0]).toBeGreaterThan(0x80)
    peer.send({ cmd: 'puback', messageId: packet.messageId ?? 0 })
    break
  }
})

test('mosquitto takes its connection, its subscription and its messages', timeout, async (context) => {
  const found = await runProgram('sh', ['-c', 'PATH=$PATH:/usr/sbin command -v mosquitto'])
  if (found.status !== 0) context.skip('mosquitto is missing; run: scripts/debian-packages.sh')
  const folder = testFolder()
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  writeFileSync(joinPath(folder, 'conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
  const mosquitto = spawn(found.stdout.trim(), ['-v', '-c', joinPath(folder, 'conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(mosquitto, 'exit')
  atEnd(async () => {
    mosquitto.kill()
    await ended
  })
  let log = ''
  mosquitto.stderr.on('data', (text) => {
    log += String(text)
  })
  await expect.poll(() => log, timeout).toContain('running')
  const listener = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 })
  atEnd(() => listener.endAsync(true))
  const came = mailbox<readonly [topic: string, message: Uint8Array]>()
  listener.on('message', (topic, message) => came.put([topic, message]))
  await listener.subscribeAsync('hexfix/#')
  const { publicKey, kid } = await start(`mqtt://127.0.0.1:${port}`)
  const [topic, message] = await came.take()
  expect(topic).toBe(topicOf(net, kid, 'time'))
  const binding = { mtype: mtypes.time, net, kid: kidOf(publicKey, sha256) }
  must(verifySign1(must(readSign1(message)), binding, publicKey, sha256, nobleVerify))
  expect(log).toContain(`Sending PUBACK to ${kid}`)
  expect(log).toContain(`Sending SUBACK to ${kid}`)
  await expect.poll(() => log, timeout).toContain(`Sending PINGRESP to ${kid}`)
})
