import { connectAsync } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { fromHex, topicOf } from '../../../device-sdk/protocol/index.ts'
import type { TestKey } from '../keys.ts'
import { connectToken, net, signReport, testKey } from '../keys.ts'
import type { TestGateway } from '../running.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')
const stranger = testKey('stranger')

/** The return code of the CONNACK: 0 is accepted, 5 is not authorised (MQTT 3.1.1 section 3.2.2.3). */
const connack = async (gateway: TestGateway, as: TestKey, password: string): Promise<number> => {
  const options = { clientId: as.kid, username: as.kid, password, protocolVersion: 4, reconnectPeriod: 0 } as const
  try {
    const client = await connectAsync(gateway.mqtt, options, false)
    await client.endAsync(true)
    return 0
  } catch (error) {
    return (error as { code: number }).code
  }
}
const tokenOf = (gateway: TestGateway, as: TestKey, boot: number, n: number, how = {}): string =>
  connectToken(as, fromHex(gateway.kid) ?? new Uint8Array(8), boot, n, how)

describe('a connection', () => {
  it('is for registered devices with a token of their own, which is good once', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const good = tokenOf(gateway, key, 1, 1)
    expect(await connack(gateway, stranger, tokenOf(gateway, stranger, 1, 1))).toBe(5)
    expect(await connack(gateway, key, tokenOf(gateway, stranger, 1, 1, { kid: key.kidBytes }))).toBe(5)
    expect(await connack(gateway, key, connectToken(key, stranger.kidBytes, 1, 1))).toBe(5)
    expect(await connack(gateway, key, 'password')).toBe(5)
    expect(await connack(gateway, key, good)).toBe(0)
    expect(await connack(gateway, key, good)).toBe(5)
    expect(await connack(gateway, key, tokenOf(gateway, key, 1, 0))).toBe(5)
    const { bytes } = await call(`${gateway.http}/metrics`)
    for (const line of ['accepted"} 1', 'device/unknown"} 1', 'connect/bad-token"} 3', 'connect/stale-token"} 2']) {
      expect(bytes.toString()).toContain(`hexfix_connects_total{code="${line}`)
    }
  })

  it('is not ended by somebody who fails to be this device', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    expect(await connack(gateway, key, tokenOf(gateway, stranger, 9, 9, { kid: key.kidBytes }))).toBe(5)
    await device.publish(signReport(key, { seq: 0 }))
    expect(await device.receipt()).toMatchObject([{ verdict: 0 }])
  })

  it('ends when the key is revoked, and never comes back', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    await device.publish(signReport(key, { seq: 0 }))
    const { status, json } = await call(`${gateway.http}/v1/devices/${key.kid}/revoke`, 'POST', {
      token: gateway.token,
    })
    expect([status, json.status, json.connected]).toEqual([200, 'revoked', false])
    await device.closed
    expect(await connack(gateway, key, tokenOf(gateway, key, 9, 9))).toBe(5)
    await expect(enrol(gateway, key)).rejects.toThrow('409')
    // What it did before stands.
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 1 })
  })

  it('ends at a publish to the topic of another, and nothing of that is stored', async () => {
    const gateway = await startTestGateway()
    const neighbour = testKey('neighbour')
    await enrol(gateway, key, neighbour)
    const device = await connectDevice(gateway, key)
    const message = Buffer.from(signReport(neighbour, { seq: 0 }))
    device.client.publish(topicOf(net, neighbour.kid, 'report'), message, { qos: 1 })
    await device.closed
    expect(gateway.look(({ log }) => log.totals())).toEqual({})
  })

  it('of the same device again ends the one before', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const before = await connectDevice(gateway, key)
    const device = await connectDevice(gateway, key)
    await before.closed
    await device.publish(signReport(key, { seq: 0 }))
    expect(await device.receipt()).toMatchObject([{ verdict: 0 }])
    const { json } = await call(`${gateway.http}/v1/devices/${key.kid}`)
    expect(json.connected).toBe(true)
  })

  it('ends with the gateway', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    await Promise.all([gateway.close(), device.closed])
  })
})
