import type { MqttClient } from 'mqtt'
import { connectAsync } from 'mqtt'
import type { mtypes, Result } from '../../device-sdk/protocol/index.ts'
import { fromHex, readSign1, topicOf, verifySign1 } from '../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../device-sdk/signer/index.ts'
import { mailbox } from './broker/harness.ts'
import { atEnd } from './harness.ts'
import type { TestKey } from './keys.ts'
import { connectToken, net } from './keys.ts'
import type { TestGateway } from './running.ts'
import { call } from './running.ts'

export type TestClient = {
  readonly client: MqttClient
  /** Resolves at PUBACK. */
  publish(topic: string, message: Uint8Array): Promise<unknown>
  /** The next message on this topic. */
  next(topic: string): Promise<Uint8Array>
  /** Messages on this topic that nobody has asked for yet. */
  waiting(topic: string): readonly Uint8Array[]
  readonly closed: Promise<void>
}

let n = 0

/** Connects with the independent `mqtt` client and listens to all that is this key's own, what it relays included. */
export const openClient = async (gateway: TestGateway, key: TestKey, boot = 1): Promise<TestClient> => {
  const password = connectToken(key, fromHex(gateway.kid) ?? new Uint8Array(8), boot, n++)
  const options = { clientId: key.kid, username: key.kid, password, protocolVersion: 4, reconnectPeriod: 0 } as const
  const client = await connectAsync(gateway.mqtt, options, false)
  atEnd(() => client.endAsync(true))
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  client.on('error', () => {})
  const boxes = new Map<string, ReturnType<typeof mailbox<Uint8Array>>>()
  const boxOf = (topic: string) => {
    const box = boxes.get(topic) ?? mailbox<Uint8Array>()
    boxes.set(topic, box)
    return box
  }
  client.on('message', (topic, message) => boxOf(topic).put(message))
  await client.subscribeAsync(`${topicOf(net, key.kid, 'receipt').slice(0, -'receipt'.length)}#`, { qos: 1 })
  return {
    client,
    publish: (topic, message) => client.publishAsync(topic, Buffer.from(message), { qos: 1 }),
    next: (topic) => boxOf(topic).take(),
    waiting: (topic) => boxOf(topic).all,
    closed,
  }
}

/** The payload of what this gateway signed for this device, as this type; the code where it is none. */
export const openDown = async (
  gateway: TestGateway,
  to: TestKey,
  mtype: (typeof mtypes)[keyof typeof mtypes],
  message: Uint8Array,
): Promise<Result<Uint8Array>> => {
  const { json } = await call(`${gateway.http}/v1/gateway`)
  const publicKey = fromHex(json.publicKey) ?? new Uint8Array(33)
  const frame = readSign1(message)
  const binding = { mtype, net, kid: fromHex(gateway.kid) ?? new Uint8Array(8), to: to.kidBytes }
  return frame.ok ? verifySign1(frame.value, binding, publicKey, sha256, nobleVerify) : frame
}
