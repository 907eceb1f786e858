import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTrustFile, writeTrustFile } from '../../../device-sdk/link/index.ts'
import { announceGateway } from '../../../gateway/edge/index.ts'
import { atEnd, must } from '../../gateway/harness.ts'
import { certifiedFolder, startTlsGateway } from '../../gateway/tls.ts'
import { provisioned, startReporter } from './parts.ts'

const loopback = '127.0.0.1'
const announced = [
  [['mdns', 'announce'], 'true'],
  [['mdns', 'interface'], loopback],
] as const

beforeEach(() => {
  process.env.HEXFIX_MDNS_INTERFACE = loopback
})
afterEach(() => {
  delete process.env.HEXFIX_MDNS_INTERFACE
})

describe('a gateway that changed its address', () => {
  it('is found again by its pinned key, past a liar that claims to be it', async () => {
    const gateway = await startTlsGateway(certifiedFolder(), announced)
    const dir = await provisioned(gateway)
    const trust = must(readTrustFile(dir))
    const urls = ['mqtts://127.0.0.1:1', 'https://127.0.0.1:1']
    writeTrustFile(dir, { ...trust, gateways: trust.gateways.map((one) => ({ ...one, urls })) })
    // Another gateway, with another TLS key, under the first one's name.
    const liar = await startTlsGateway()
    const port = Number(new URL(liar.mqtts ?? '').port)
    const claim = { net: 1, kid: gateway.kid, spki: gateway.tlsSpki ?? '', ports: { mqtts: port }, interface: loopback }
    const announcement = await announceGateway({ ...claim, failed: () => {} })
    atEnd(announcement.close)

    const device = await startReporter(dir)
    device.report(100)
    expect((await device.next('link/up')).gateway).toBe(gateway.mqtts)
    expect(await device.next('report/receipt')).toMatchObject({ verdict: 0 })
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 1 })
    expect(liar.look(({ log }) => log.totals())).toEqual({})
    // Where it was found is no trust: that stays as it was pinned.
    expect(must(readTrustFile(dir)).gateways[0]?.urls).toEqual(urls)
  })

  it('is not looked for where no TLS key is pinned', async () => {
    const gateway = await startTlsGateway(certifiedFolder(), announced)
    const dir = await provisioned(gateway)
    const trust = must(readTrustFile(dir))
    const gateways = trust.gateways.map(({ key }) => ({ key, urls: ['mqtt://127.0.0.1:1'] }))
    writeTrustFile(dir, { ...trust, gateways })
    const device = await startReporter(dir)
    for (let i = 0; i < 3; i += 1) await device.next('link/refused')
    expect(device.unasked('link/up')).toBe(0)
  })
})
