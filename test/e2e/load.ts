import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import type { MqttClient } from 'mqtt'
import mqtt from 'mqtt'
import bindings from 'secp256k1/bindings.js'
import type { SignDigest } from '../../device-sdk/protocol/index.ts'
import {
  encodeConnect,
  encodeEnrol,
  encodeReport,
  fromHex,
  kidOf,
  mtypes,
  signPayload,
  toBase64Url,
  toHex,
  topicOf,
  ueidOf,
  writeCompact,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import { publicKeyOf, sha256 } from '../../device-sdk/signer/index.ts'
import { openGatewayClient } from '../../provisioning/gateway-client.ts'
import type { GatewayFacts } from './harness.ts'

type NativeSigner = { ecdsaSign(digest: Uint8Array, secret: Uint8Array): { signature: Uint8Array } }

/** The native signer: a load is not slowed by what it measures. RFC 6979 and low-S, as libsecp256k1 does. */
const nativeSign =
  (secret: Uint8Array): SignDigest =>
  (digest) =>
    (bindings as unknown as NativeSigner).ecdsaSign(digest, secret).signature

export type LoadDevice = {
  readonly kid: Uint8Array
  readonly name: string
  readonly sign: SignDigest
  connects: number
  next: number
}

const check = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

/** Registers devices with keys of their own, by proof of possession. */
export const enrolFleet = async (data: string, net: number, count: number): Promise<LoadDevice[]> => {
  const client = check(openGatewayClient({ data }))
  const fleet: LoadDevice[] = []
  for (let i = 0; i < count; i++) {
    const secret = randomBytes(32)
    const publicKey = publicKeyOf(secret)
    const kid = kidOf(publicKey, sha256)
    const nonce = fromHex(String(check(await client.send('POST', '/v1/enrol/nonce')).nonce)) as Uint8Array
    const payload = encodeEnrol({ nonce, publicKey, ueid: ueidOf(publicKey, sha256) })
    const sign = nativeSign(secret)
    check(
      await client.send(
        'POST',
        '/v1/enrol',
        writeTagged(signPayload(payload, { mtype: mtypes.enrol, net, kid }, sha256, sign)),
      ),
    )
    fleet.push({ kid, name: toHex(kid), sign, connects: 0, next: 0 })
  }
  return fleet
}

const boot = 1
const inFlight = 16

/** A fleet that publishes as fast as it is acknowledged, notes every PUBACK in a journal, and comes back after each break. */
export const startLoad = (fleet: readonly LoadDevice[], facts: GatewayFacts, journal: string) => {
  const gateway = fromHex(facts.kid) as Uint8Array
  let acknowledged = 0
  let underWay = 0
  let running = true

  const token = (device: LoadDevice): string => {
    const payload = encodeConnect({ gateway, boot, n: device.connects++ })
    return toBase64Url(
      writeTagged(
        signPayload(payload, { mtype: mtypes.connect, net: facts.net, kid: device.kid }, sha256, device.sign),
      ),
    )
  }
  const publish = (device: LoadDevice, client: MqttClient): void => {
    if (!running) return
    const seq = device.next++
    const time = Math.floor(Date.now() / 1000)
    const block = { type: 'sensor', schema: 1, stepsS: [], columns: [[seq % 4000], [null], [1325]] } as const
    const payload = encodeReport({ boot, seq, time, blocks: [block] })
    const message = writeCompact(
      signPayload(payload, { mtype: mtypes.report, net: facts.net, kid: device.kid }, sha256, device.sign),
    )
    underWay++
    client.publish(topicOf(facts.net, device.name, 'report'), Buffer.from(message), { qos: 1 }, (error) => {
      underWay--
      if (error) return
      acknowledged++
      appendFileSync(
        journal,
        `${JSON.stringify({ kid: device.name, boot, seq, digest: toHex(sha256(payload).slice(0, 8)) })}\n`,
      )
      publish(device, client)
    })
  }
  const clients = fleet.map((device) => {
    const client = mqtt.connect(facts.mqtt, {
      clientId: device.name,
      username: device.name,
      password: token(device),
      protocolVersion: 4,
      reconnectPeriod: 20,
      reconnectOnConnackError: true,
    })
    client.on('reconnect', () => {
      client.options.password = token(device)
    })
    client.on('error', () => {})
    client.once('connect', () => {
      for (let i = 0; i < inFlight; i++) publish(device, client)
    })
    return client
  })
  return {
    acknowledged: () => acknowledged,
    /** Reports that were sent and are not acknowledged. */
    underWay: () => underWay,
    /** Waits until so many more were acknowledged. */
    more: async (count: number): Promise<void> => {
      const goal = acknowledged + count
      while (acknowledged < goal) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    stop: async (): Promise<void> => {
      running = false
      await Promise.all(clients.map((client) => client.endAsync(true)))
    },
  }
}
