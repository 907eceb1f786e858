import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readTrustFile, writeTrustFile } from '../../../device-sdk/link/index.ts'
import { fromHex, toHex } from '../../../device-sdk/protocol/index.ts'
import { mailbox } from '../../gateway/broker/harness.ts'
import { atEnd, must } from '../../gateway/harness.ts'
import type { TestGateway } from '../../gateway/running.ts'
import { startTestGateway } from '../../gateway/running.ts'
import { certifiedFolder, startTlsGateway } from '../../gateway/tls.ts'
import { provisioned, startReporter } from './parts.ts'

/** Leaves one address of the gateway for MQTT, and that of its API. */
const reachedBy = (dir: string, pattern: RegExp): void => {
  const trust = must(readTrustFile(dir))
  const gateways = trust.gateways.map((one) => ({ ...one, urls: one.urls.filter((url) => pattern.test(url)) }))
  writeTrustFile(dir, { ...trust, gateways })
}
const repinned = (dir: string, tlsSpki: Uint8Array): void => {
  const trust = must(readTrustFile(dir))
  writeTrustFile(dir, { ...trust, gateways: trust.gateways.map((one) => ({ ...one, tlsSpki })) })
}

describe('provisioning', () => {
  it('pins the TLS key of the gateway, and its addresses with TLS first', async () => {
    const gateway = await startTlsGateway()
    const dir = await provisioned(gateway)
    const [pinned] = must(readTrustFile(dir)).gateways
    expect(pinned?.tlsSpki).toEqual(fromHex(gateway.tlsSpki ?? ''))
    expect(pinned?.urls).toEqual([gateway.mqtts, `${gateway.https?.replace('https', 'wss')}/mqtt`, gateway.https])
  })

  it('never drops a pin because an answer names none', async () => {
    const gateway = await startTlsGateway()
    const dir = await provisioned(gateway)
    await gateway.close()
    const plain = await startTestGateway(gateway.data, [
      [['mqtts', 'port'], '0'],
      [['https', 'port'], '0'],
    ])
    await provisioned(plain, dir)
    expect(must(readTrustFile(dir)).gateways[0]?.tlsSpki).toEqual(fromHex(gateway.tlsSpki ?? ''))
  })
})

describe('a device with a pinned key', () => {
  it.each([
    ['mqtts', /^(mqtts|https):/],
    ['wss', /^(wss|https):/],
  ])('delivers over %s, and a report leaves the outbox at PUBACK', async (scheme, pattern) => {
    const gateway = await startTlsGateway()
    const dir = await provisioned(gateway)
    reachedBy(dir, pattern)
    const device = await startReporter(dir)
    expect(await device.next('time/synced')).toMatchObject({ nextBoot: null })
    expect((await device.next('link/up')).gateway).toMatch(`${scheme}://127.0.0.1`)
    device.report(2_240)
    const { boot, seq } = await device.next('report/acknowledged')
    expect(device.waiting()).toBe(0)
    // The receipt is told of all the same.
    expect(await device.next('report/receipt')).toMatchObject({ boot, seq, verdict: 0 })
    expect(device.waiting()).toBe(0)
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 1 })
  })

  it('sends nothing to a server with another key: no time request, no token', async () => {
    const gateway = await startTlsGateway()
    const dir = await provisioned(gateway)
    repinned(dir, new Uint8Array(32).fill(7))
    const device = await startReporter(dir)
    expect(await device.next('time/refused')).toMatchObject({ code: 'tls/wrong-key' })
    const { detail } = await device.next('link/refused')
    expect(detail).toContain('tls/wrong-key')
    expect(detail).toContain(gateway.tlsSpki)
    expect(device.unasked('link/up')).toBe(0)
    const metrics = await (await fetch(`${gateway.http}/metrics`)).text()
    expect(metrics).not.toMatch(/hexfix_connects_total\{/)
  })

  it('reads neither dates nor names: a certificate that ended long ago and names another host will do', async () => {
    const gateway = await startExpired()
    const dir = await provisioned(gateway)
    reachedBy(dir, /^(mqtts|https):/)
    const device = await startReporter(dir)
    device.report(2_240)
    await device.next('report/acknowledged')
  })

  it('speaks to nobody who offers less than TLS', async () => {
    const seen = mailbox<Buffer>()
    const server = createServer((socket) => {
      socket.on('data', seen.put)
      socket.on('error', () => {})
      socket.once('data', () => socket.write(Buffer.of(0x20, 2, 0, 0, 0xd0, 0, 0xd0, 0)))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => void server.close())
    const address = server.address()
    const gateway = await startTlsGateway()
    const dir = await provisioned(gateway)
    const trust = must(readTrustFile(dir))
    const urls = [`mqtts://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`]
    writeTrustFile(dir, { ...trust, gateways: trust.gateways.map((one) => ({ ...one, urls })) })
    const device = await startReporter(dir)
    await device.next('link/refused')
    // A ClientHello (RFC 8446 section 4.1.2) and nothing else: no kid in the clear.
    const hello = await seen.take()
    expect(hello[0]).toBe(0x16)
    expect(Buffer.concat([hello, ...seen.all]).toString('latin1')).not.toContain(device.kid)
  })
})

describe('without a pin', () => {
  it('a certificate of nobody that the system trusts is refused', async () => {
    const gateway = await startTlsGateway()
    const dir = await provisioned(gateway)
    const trust = must(readTrustFile(dir))
    writeTrustFile(dir, { ...trust, gateways: trust.gateways.map(({ key, urls }) => ({ key, urls })) })
    const device = await startReporter(dir)
    expect((await device.next('link/refused')).detail).toContain('gateway/unreachable')
  })

  it('over plain TCP a report waits for its receipt', async () => {
    const gateway = await startTestGateway()
    const dir = await provisioned(gateway)
    const device = await startReporter(dir)
    let waitingAtPuback = -1
    device.report(2_240)
    await device.next('report/acknowledged').then(() => {
      waitingAtPuback = device.waiting() + device.unasked('report/receipt')
    })
    await device.next('report/receipt')
    expect(waitingAtPuback).toBeGreaterThan(0)
    expect(device.waiting()).toBe(0)
  })
})

/** A gateway whose certificate is from ten years ago and about somebody else. */
const startExpired = async (): Promise<TestGateway> => {
  const data = certifiedFolder()
  const { certify } = await import('../../../gateway/edge/index.ts')
  const { renameSync, rmSync } = await import('node:fs')
  rmSync(`${data}/tls/gateway.pem`)
  must(certify(data, ['elsewhere.example'], Date.now() - 3_650 * 86_400_000))
  // Without the authority's key the gateway renews nothing.
  renameSync(`${data}/tls/ca.key`, `${data}/ca.key`)
  const gateway = await startTlsGateway(data)
  expect(toHex(fromHex(gateway.tlsSpki ?? '') ?? new Uint8Array(0))).toHaveLength(64)
  return gateway
}
