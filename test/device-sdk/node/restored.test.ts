import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTrustFile, writeTrustFile } from '../../../device-sdk/link/index.ts'
import { must, testFolder } from '../../gateway/harness.ts'
import { call, startTestGateway } from '../../gateway/running.ts'
import { bootFile, provisioned, startReporter } from './parts.ts'

const reportsOf = async (http: string): Promise<string[]> => {
  const { json } = await call(`${http}/v1/reports`)
  const view = (one: { boot: number; seq: number; report: { blocks: { last: { value: number }[] }[] } }): string =>
    `${one.boot}/${one.seq} ${one.report.blocks[0]?.last[0]?.value}`
  return json.reports.map(view).reverse()
}

/** A device that has run three times and delivered in each; the copy of its folder is from after the first. */
const worn = async () => {
  const gateway = await startTestGateway()
  const dir = await provisioned(gateway)
  const copy = join(testFolder(), 'copy')
  for (const boot of [0, 1, 2]) {
    const device = await startReporter(dir)
    device.report(100 * boot)
    expect(await device.next('report/receipt')).toMatchObject({ boot, seq: 0, verdict: 0 })
    await device.close()
    if (boot === 0) cpSync(dir, copy, { recursive: true })
  }
  const restore = (): void => {
    rmSync(dir, { recursive: true })
    cpSync(copy, dir, { recursive: true })
  }
  return { gateway, dir, restore }
}

describe('a card that was restored', () => {
  it('finds its way back: the gateway says which boot is next, and nothing is signed twice', async () => {
    const { gateway, dir, restore } = await worn()
    restore()
    const device = await startReporter(dir)
    // Signed before the gateway has answered, under boot 1, which was used before.
    device.report(700)
    expect(await device.next('report/signed')).toMatchObject({ boot: 1, seq: 0 })
    expect(await device.next('time/synced')).toMatchObject({ nextBoot: 3 })
    expect(await device.next('boot/moved')).toEqual({ event: 'boot/moved', from: 1, to: 3, signedAgain: 1 })
    expect(await device.next('report/receipt')).toMatchObject({ boot: 3, seq: 0, verdict: 0 })
    device.report(800)
    expect(await device.next('report/receipt')).toMatchObject({ boot: 3, seq: 1, verdict: 0 })
    expect(await reportsOf(gateway.http)).toEqual(['0/0 0', '1/0 1', '2/0 2', '3/0 7', '3/1 8'])
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 5 })
    expect(bootFile(dir)).toBe('3 3\n')
  })

  it('that ran without a gateway in between signs all of it again, of all those boots', async () => {
    const { gateway, dir, restore } = await worn()
    restore()
    const trust = must(readTrustFile(dir))
    writeTrustFile(dir, { ...trust, gateways: trust.gateways.map((one) => ({ ...one, urls: ['mqtt://127.0.0.1:1'] })) })
    for (const temperature of [700, 800]) {
      const away = await startReporter(dir)
      away.report(temperature)
      await away.next('link/refused')
      await away.close()
    }
    writeTrustFile(dir, trust)
    const device = await startReporter(dir)
    expect(await device.next('boot/moved')).toEqual({ event: 'boot/moved', from: 3, to: 3, signedAgain: 2 })
    for (const seq of [0, 1]) expect(await device.next('report/receipt')).toMatchObject({ boot: 3, seq, verdict: 0 })
    expect(await reportsOf(gateway.http)).toEqual(['0/0 0', '1/0 1', '2/0 2', '3/0 7', '3/1 8'])
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 5 })
  })

  it('sends nothing where only MQTT is within reach, for the gateway refuses its boot', async () => {
    const { gateway, dir, restore } = await worn()
    restore()
    const trust = must(readTrustFile(dir))
    writeTrustFile(dir, { ...trust, gateways: trust.gateways.map((one) => ({ ...one, urls: [gateway.mqtt] })) })
    const device = await startReporter(dir)
    device.report(700)
    expect((await device.next('link/refused')).detail).toMatch(/not authorized/i)
    expect([device.waiting(), device.unasked('report/acknowledged')]).toEqual([1, 0])
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 3 })
  })
})

describe('a device that lost its counter', () => {
  it('takes it from its outbox, which knows how far it went', async () => {
    const { gateway, dir } = await worn()
    rmSync(join(dir, 'boot'))
    const device = await startReporter(dir)
    device.report(700)
    expect(await device.next('report/receipt')).toMatchObject({ boot: 3, seq: 0, verdict: 0 })
    expect(device.unasked('boot/moved')).toBe(0)
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 4 })
  })

  it('and its outbox goes past what the gateway knows', async () => {
    const { gateway, dir } = await worn()
    for (const name of ['boot', 'outbox']) rmSync(join(dir, name))
    const device = await startReporter(dir)
    device.report(700)
    expect(await device.next('boot/moved')).toMatchObject({ from: 0, to: 3, signedAgain: 1 })
    expect(await device.next('report/receipt')).toMatchObject({ boot: 3, verdict: 0 })
    expect(gateway.look(({ log }) => log.totals())).toEqual({ accepted: 4 })
  })
})

describe('a device that counts right', () => {
  it('keeps its boot, and the reports that it owes from the boots before', async () => {
    const { gateway, dir } = await worn()
    const trust = must(readTrustFile(dir))
    writeTrustFile(dir, { ...trust, gateways: trust.gateways.map((one) => ({ ...one, urls: ['mqtt://127.0.0.1:1'] })) })
    const away = await startReporter(dir)
    away.report(300)
    await away.close()
    writeTrustFile(dir, trust)
    const device = await startReporter(dir)
    device.report(400)
    expect(await device.next('report/receipt')).toMatchObject({ boot: 3, seq: 0, verdict: 0 })
    expect(await device.next('report/receipt')).toMatchObject({ boot: 4, seq: 0, verdict: 0 })
    expect(device.unasked('boot/moved')).toBe(0)
    expect(await reportsOf(gateway.http)).toEqual(['0/0 0', '1/0 1', '2/0 2', '3/0 3', '4/0 4'])
  })

  it('needs no API for it: a gateway that takes its boot never saw it', async () => {
    const { gateway, dir } = await worn()
    const trust = must(readTrustFile(dir))
    writeTrustFile(dir, { ...trust, gateways: trust.gateways.map((one) => ({ ...one, urls: [gateway.mqtt] })) })
    const device = await startReporter(dir)
    device.report(300)
    expect(await device.next('report/receipt')).toMatchObject({ boot: 3, seq: 0, verdict: 0 })
    expect(bootFile(dir)).toBe('3 3\n')
  })
})
