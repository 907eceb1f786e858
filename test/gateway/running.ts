import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MqttClient } from 'mqtt'
import { connectAsync } from 'mqtt'
import type { ReceiptEntry, Result } from '../../device-sdk/protocol/index.ts'
import { fromHex, mtypes, readReceipt, readSign1, topicOf, verifySign1 } from '../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../device-sdk/signer/index.ts'
import { loadConfig } from '../../gateway/config.ts'
import type { RunningGateway } from '../../gateway/main.ts'
import { startGateway } from '../../gateway/main.ts'
import type { Store } from '../../gateway/store/index.ts'
import { readStore } from '../../gateway/store/index.ts'
import { openLog } from '../../gateway/telemetry/index.ts'
import { mailbox } from './broker/harness.ts'
import { atEnd, must, testFolder } from './harness.ts'
import type { TestKey } from './keys.ts'
import { connectToken, enrolMessage, net } from './keys.ts'

type Flag = readonly [path: readonly string[], value: string]

/** Starts a gateway on free ports of loopback; what is refused comes back as it is. */
export const tryGateway = async (data: string, flags: readonly Flag[] = []): Promise<Result<RunningGateway>> => {
  const own: Flag[] = [
    [['data'], data],
    [['net'], String(net)],
    [['mqtt', 'port'], '0'],
    [['http', 'port'], '0'],
  ]
  const started = await startGateway(must(loadConfig(null, {}, [...own, ...flags])), openLog('silent'))
  if (started.ok) atEnd(started.value.close)
  return started
}

export type TestGateway = RunningGateway & {
  readonly token: string
  /** Reads the store as it lies on disk. */
  look<T>(read: (store: Store) => T): T
}

export const startTestGateway = async (data = testFolder(), flags: readonly Flag[] = []): Promise<TestGateway> => {
  const gateway = must(await tryGateway(data, flags))
  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  const look = <T>(read: (store: Store) => T): T => {
    const store = must(readStore(data))
    const value = read(store)
    store.close()
    return value
  }
  return { ...gateway, token, look }
}

export type Call = { readonly token?: string; readonly body?: string | Uint8Array; readonly accept?: string }

/** One request over real HTTP. `json` is null where the body is no JSON. */
export const call = async (url: string, method = 'GET', { token, body, accept }: Call = {}) => {
  const headers: Record<string, string> = { connection: 'close' }
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  if (accept !== undefined) headers.accept = accept
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: Buffer.from(body) }) })
  const bytes = Buffer.from(await response.arrayBuffer())
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  const json = isJson ? JSON.parse(bytes.toString('utf8')) : null
  return { status: response.status, headers: response.headers, bytes, json }
}

/** Registers a key as its owner would: a nonce from the admin, a token from the device. */
export const enrol = async ({ http, token }: TestGateway, ...keys: readonly TestKey[]): Promise<void> => {
  for (const key of keys) {
    const { json } = await call(`${http}/v1/enrol/nonce`, 'POST', { token })
    const body = enrolMessage(key, fromHex(json.nonce) ?? new Uint8Array(0))
    const { status } = await call(`${http}/v1/enrol?name=${key.name}`, 'POST', { body })
    if (status !== 201) throw new Error(`${key.name} was not enrolled: ${status}`)
  }
}

export type TestDevice = {
  readonly client: MqttClient
  /** Resolves at PUBACK. */
  publish(message: Uint8Array): Promise<unknown>
  /** The entries of the next receipt, whose signature holds for this device. */
  receipt(): Promise<readonly ReceiptEntry[]>
  /** Receipts that nobody has asked for yet. */
  readonly waiting: readonly Uint8Array[]
  readonly closed: Promise<void>
}

let n = 0

/** Connects with the independent `mqtt` client and subscribes to receipts. Rejects where the gateway refuses. */
export const connectDevice = async (gateway: TestGateway, key: TestKey, boot = 1): Promise<TestDevice> => {
  const gatewayKid = fromHex(gateway.kid) ?? new Uint8Array(8)
  const client = await connectAsync(
    gateway.mqtt,
    {
      clientId: key.kid,
      username: key.kid,
      password: connectToken(key, gatewayKid, boot, n++),
      protocolVersion: 4,
      reconnectPeriod: 0,
    },
    false,
  )
  atEnd(() => client.endAsync(true))
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  client.on('error', () => {})
  const receipts = mailbox<Uint8Array>()
  client.on('message', (_topic, message) => receipts.put(message))
  await client.subscribeAsync(topicOf(net, key.kid, 'receipt'), { qos: 1 })
  const { json } = await call(`${gateway.http}/v1/gateway`)
  const publicKey = fromHex(json.publicKey) ?? new Uint8Array(33)
  const binding = { mtype: mtypes.receipt, net, kid: gatewayKid, to: key.kidBytes }
  return {
    client,
    publish: (message) => client.publishAsync(topicOf(net, key.kid, 'report'), Buffer.from(message), { qos: 1 }),
    receipt: async () => {
      const frame = must(readSign1(await receipts.take()))
      return must(readReceipt(must(verifySign1(frame, binding, publicKey, sha256, nobleVerify))))
    },
    waiting: receipts.all,
    closed,
  }
}
