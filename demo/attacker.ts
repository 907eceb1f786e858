import { readFileSync } from 'node:fs'
import type { MqttClient } from 'mqtt'
import mqtt from 'mqtt'
import type { Code } from '../device-sdk/protocol/index.ts'
import {
  encodeConnect,
  encodeReport,
  fromHex,
  kidOf,
  mtypes,
  readReceipt,
  readSign1,
  signPayload,
  toBase64Url,
  toHex,
  topicOf,
  verdictCode,
  writeTagged,
} from '../device-sdk/protocol/index.ts'
import { openKeyFile, sha256 } from '../device-sdk/signer/index.ts'

export type Target = { readonly net: number; readonly kid: string; readonly mqtt: string }
export type Tried = { readonly what: string; readonly end: string }

const waitMs = 5_000

/** The next signed receipt's first verdict, as a code. The device loop verifies receipts; here only its end is shown. */
const nextVerdict = (client: MqttClient): Promise<Code | 'nothing'> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve('nothing'), waitMs)
    client.once('message', (_topic, message) => {
      clearTimeout(timer)
      const frame = readSign1(message)
      const entries = frame.ok ? readReceipt(frame.value.payload) : frame
      resolve((entries.ok && verdictCode(entries.value[0]?.verdict ?? -1)) || 'nothing')
    })
  })

const closed = (client: MqttClient): Promise<string> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve('the connection stayed'), waitMs)
    client.once('close', () => {
      clearTimeout(timer)
      resolve('the connection was closed, nothing acknowledged')
    })
  })

type Connection = { readonly client: MqttClient; publish(message: Uint8Array): Promise<string> }

/** A registered device that misbehaves, over real sockets. Each act is a connection of its own. */
export type Attacker = {
  /** A message of its own with one byte changed. @returns the gateway's verdict. */
  forge(target: Target): Promise<string>
  /** An honest message, and the same again. */
  replay(target: Target): Promise<{ readonly first: string; readonly second: string }>
  /** `captured` is a message that an honest device published, as anybody can read it from the API. */
  all(target: Target, captured: string): Promise<Tried[]>
}

export const openAttacker = (keyFile: string): Attacker => {
  const signer = openKeyFile(keyFile)
  if (!signer.ok) throw new Error('the attacker has no key')
  const kid = kidOf(signer.value.publicKey, sha256)
  const name = toHex(kid)
  const boot = 1
  let [n, seq] = [0, 0]

  const own = (net: number): Uint8Array => {
    const cells = [[2240], [551], [1325]]
    const block = { type: 'sensor', schema: 1, stepsS: [], columns: cells } as const
    const payload = encodeReport({ boot, seq: seq++, time: Math.floor(Date.now() / 1000), blocks: [block] })
    return writeTagged(signPayload(payload, { mtype: mtypes.report, net, kid }, sha256, signer.value.sign))
  }
  const forgedOwn = (net: number): Uint8Array => {
    const forged = own(net)
    forged[forged.length - 40] = (forged[forged.length - 40] as number) ^ 1
    return forged
  }
  const connect = async (target: Target): Promise<Connection> => {
    const { net } = target
    const token = encodeConnect({ gateway: fromHex(target.kid) ?? kid, boot, n: n++ })
    const password = toBase64Url(
      writeTagged(signPayload(token, { mtype: mtypes.connect, net, kid }, sha256, signer.value.sign)),
    )
    const options = { clientId: name, username: name, password, protocolVersion: 4, reconnectPeriod: 0 } as const
    const client = await mqtt.connectAsync(target.mqtt, options)
    await client.subscribeAsync(topicOf(net, name, 'receipt'), { qos: 1 })
    return {
      client,
      publish: async (message) => {
        const verdict = nextVerdict(client)
        await client.publishAsync(topicOf(net, name, 'report'), Buffer.from(message), { qos: 1 })
        return verdict
      },
    }
  }
  const connected = async <T>(target: Target, act: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await connect(target)
    try {
      return await act(connection)
    } finally {
      connection.client.end(true)
    }
  }

  return {
    forge: (target) => connected(target, ({ publish }) => publish(forgedOwn(target.net))),
    replay: (target) =>
      connected(target, async ({ publish }) => {
        const message = own(target.net)
        return { first: await publish(message), second: await publish(message) }
      }),
    all: (target, captured) =>
      connected(target, async ({ client, publish }) => {
        const honest = fromHex(captured)
        if (honest === null) throw new Error('the attacker has no message')
        const { net } = target
        const tried: Tried[] = [{ what: 'forged (one byte changed)', end: await publish(forgedOwn(net)) }]
        tried.push({ what: "foreign (another device's message)", end: await publish(honest) })
        const honestOwn = own(net)
        tried.push({ what: 'an honest one', end: await publish(honestOwn) })
        tried.push({
          what: 'the same again (replayed)',
          end: `${await publish(honestOwn)}: the first receipt again, stored once`,
        })
        const end = closed(client)
        client.publish(topicOf(net, kidOfMessage(honest), 'report'), Buffer.from(honest), { qos: 1 }, () => {})
        tried.push({ what: "on another device's topic", end: await end })
        return tried
      }),
  }
}

const kidOfMessage = (message: Uint8Array): string => {
  const frame = readSign1(message)
  return frame.ok && frame.value.kid !== null ? toHex(frame.value.kid) : ''
}

export const readRun = (
  file: string,
): Target & { readonly http: string; readonly verifier: string; readonly store: string } =>
  JSON.parse(readFileSync(file, 'utf8')) as Target & { http: string; verifier: string; store: string }
