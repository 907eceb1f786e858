import { describe, expect, it } from 'vitest'
import { readTrustFile, writeTrustFile } from '../../../device-sdk/link/index.ts'
import { runDevice } from '../../../device-sdk/node/index.ts'
import { fromHex, ok, toHex } from '../../../device-sdk/protocol/index.ts'
import { mailbox } from '../../gateway/broker/harness.ts'
import { atEnd, must } from '../../gateway/harness.ts'
import { testKey } from '../../gateway/keys.ts'
import type { TestGateway } from '../../gateway/running.ts'
import { call, startTestGateway } from '../../gateway/running.ts'
import { eventLog, gatewayOf, keyOf, provisioned, startReporter } from './parts.ts'

const order = ({ http, token }: TestGateway, kid: string, body: unknown) =>
  call(`${http}/v1/devices/${kid}/command`, 'POST', { token, body: JSON.stringify(body) })

const answered = async ({ http, token }: TestGateway, kid: string, n: number) => {
  const read = async () => {
    const { json } = await call(`${http}/v1/devices/${kid}/commands`, 'GET', { token })
    return json.commands.find((one: { n: number }) => one.n === n)
  }
  await expect.poll(async () => (await read())?.status ?? null).not.toBeNull()
  return read()
}

/** Resolves when the device listens: a command before that would find nobody. */
const listening = async (gateway: TestGateway, kid: string): Promise<void> =>
  expect.poll(async () => (await order(gateway, kid, { op: 0 })).status).toBe(202)

const entry = (gateway: TestGateway, publicKey: string) => ({ key: publicKey, urls: [gateway.mqtt, gateway.http] })
const publicKeyOf = async ({ http }: TestGateway): Promise<string> => (await call(`${http}/v1/gateway`)).json.publicKey

describe('a running device', () => {
  it('answers what its gateway asks, and samples as often as it is told', async () => {
    const gateway = await startTestGateway()
    const dir = await provisioned(gateway)
    const readings = mailbox<number>()
    const sensor = {
      name: 'test',
      schema: 1,
      read: async () => {
        readings.put(Date.now())
        return ok({ schema: 1, timeS: null, cells: [2240, 551, 1325] })
      },
      close: async () => {},
    }
    const events = eventLog()
    const device = must(await runDevice({ dir, sensor, everyS: 3_600, onEvent: events.onEvent }))
    atEnd(device.close)
    await readings.take()
    await listening(gateway, device.kid)
    const { json } = await order(gateway, device.kid, { op: 2, args: [1] })
    expect(await answered(gateway, device.kid, json.n)).toMatchObject({ op: 2, status: 0, detail: null })
    await readings.take()
    const restart = await order(gateway, device.kid, { op: 3 })
    expect(await answered(gateway, device.kid, restart.json.n)).toMatchObject({ op: 3, status: 1 })
  })

  it('goes to the gateway that it is told to trust, trusts the old one no more, and keeps both over a restart', async () => {
    const [old, next] = [await startTestGateway(), await startTestGateway()]
    const dir = await provisioned(old)
    const { kid } = keyOf(dir)
    writeTrustFile(dir, { ...must(readTrustFile(dir)), cell: '8c1f1d4a0d2b5ff' })
    await registerAt(next, dir)
    const device = await startReporter(dir)
    await listening(old, kid)
    device.report(100)
    await device.next('report/receipt')

    const args = [{ net: 1, chainId: 31_337, gateways: [entry(next, await publicKeyOf(next))], entropyTip: null }]
    const { json } = await order(old, kid, { op: 1, args })
    expect(await device.next('trust/changed')).toMatchObject({ detail: '1 gateways' })
    expect(await answered(old, kid, json.n)).toMatchObject({ op: 1, status: 0 })
    device.report(200)
    expect(await device.next('report/receipt')).toMatchObject({ verdict: 0 })
    expect(next.look(({ log }) => log.head())).toBe(1)
    expect(old.look(({ log }) => log.head())).toBe(1)

    const pinned = must(readTrustFile(dir))
    expect(pinned.gateways.map(({ key }) => toHex(key))).toEqual([await publicKeyOf(next)])
    expect(pinned.cell).toBe('8c1f1d4a0d2b5ff')
    await device.close()
    const again = await startReporter(dir)
    expect((await again.next('link/up')).gateway).toBe(next.mqtt)
    expect((await order(old, kid, { op: 0 })).json.error.code).toBe('device/absent')
  })

  it('tries the gateways in order, and takes receipts and commands of any of them', async () => {
    const gateway = await startTestGateway()
    const dir = await provisioned(gateway)
    const trust = must(readTrustFile(dir))
    writeTrustFile(dir, { ...trust, gateways: [gatewayOf(testKey('away'), 'mqtt://127.0.0.1:1'), ...trust.gateways] })
    const device = await startReporter(dir)
    device.report(100)
    expect((await device.next('link/refused')).detail).toContain('ECONNREFUSED')
    expect((await device.next('link/up')).gateway).toBe(gateway.mqtt)
    expect(await device.next('report/receipt')).toMatchObject({ verdict: 0 })
    await listening(gateway, device.kid)
    expect(await device.next('command/done')).toMatchObject({ op: 0, status: 0 })
  })
})

/** Registers the key of a folder at another gateway, and leaves what it trusts as it is. */
const registerAt = async (gateway: TestGateway, dir: string): Promise<void> => {
  const trust = must(readTrustFile(dir))
  const key = fromHex(await publicKeyOf(gateway)) ?? new Uint8Array(0)
  writeTrustFile(dir, { ...trust, gateways: [{ key, urls: [gateway.mqtt] }] })
  await provisioned(gateway, dir)
  writeTrustFile(dir, trust)
}
