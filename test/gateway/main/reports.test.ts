import { describe, expect, it } from 'vitest'
import { messageBytesMax, toHex } from '../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../device-sdk/signer/index.ts'
import { forged, reportPayload, signReport, testKey, weather } from '../keys.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')

const open = async () => {
  const gateway = await startTestGateway()
  await enrol(gateway, key)
  return { gateway, device: await connectDevice(gateway, key) }
}
const digestOf = (payload: Uint8Array): string => toHex(sha256(payload).slice(0, 8))

describe('a report over MQTT', () => {
  it('is acknowledged when it is on disk, and answered with a signed receipt', async () => {
    const { gateway, device } = await open()
    await device.publish(signReport(key, { seq: 0 }, { compact: true }))
    expect(gateway.look(({ log }) => log.find(key.kid, '00000001', 0))).toMatchObject({ logIndex: 1, code: 'accepted' })
    const [entry, ...more] = await device.receipt()
    expect(more).toEqual([])
    expect(entry).toMatchObject({ boot: 1, seq: 0, verdict: 0, logIndex: 1 })
    expect(toHex(entry?.digest ?? new Uint8Array(0))).toBe(digestOf(reportPayload({ seq: 0 })))
    const { json } = await call(`${gateway.http}/v1/latest`)
    expect(json.latest[0].values[0]).toEqual({ name: 'temperature', unit: 'Cel', value: 22.4 })
  })

  it('that comes again gets the first receipt again, and changes nothing', async () => {
    const { gateway, device } = await open()
    await device.publish(signReport(key, { seq: 0 }))
    const first = await device.receipt()
    await device.publish(signReport(key, { seq: 1 }))
    await device.receipt()
    await device.publish(signReport(key, { seq: 0 }))
    expect(await device.receipt()).toEqual(first)
    expect(gateway.look(({ log }) => [log.head(), log.totals()])).toEqual([2, { accepted: 2, 'report/replay': 1 }])
  })

  it.each([
    ['whose signature does not hold', forged(signReport(key, { seq: 3 })), 5, 'sign1/bad-signature'],
    ['with the kid of another', signReport(key, { seq: 3 }, { kid: testKey('other').kidBytes }), 6, 'sign1/wrong-kid'],
    ['of a session', signReport(key, { seq: 3, boot: new Uint8Array(8) }), 14, 'session/unknown'],
  ])('%s is acknowledged, kept as evidence, and its receipt says why', async (_name, message, verdict, code) => {
    const { gateway, device } = await open()
    await device.publish(message)
    expect(await device.receipt()).toMatchObject([{ seq: 3, verdict, logIndex: null }])
    expect(gateway.look(({ log }) => log.evidence(9))).toMatchObject([{ kid: key.kid, code }])
    expect(gateway.look(({ log }) => log.head())).toBe(0)
    await device.publish(signReport(key, { seq: 3 }))
    expect(await device.receipt()).toMatchObject([{ seq: 3, verdict: 0, logIndex: 1 }])
  })

  it('signed over another payload than before is evidence, and its receipt says so', async () => {
    const { gateway, device } = await open()
    await device.publish(signReport(key, { seq: 0 }))
    await device.receipt()
    const other = { seq: 0, blocks: [weather(1)] }
    await device.publish(signReport(key, other))
    const [entry] = await device.receipt()
    expect(entry).toMatchObject({ seq: 0, verdict: 2, logIndex: null })
    expect(toHex(entry?.digest ?? new Uint8Array(0))).toBe(digestOf(reportPayload(other)))
    expect(gateway.look(({ log }) => log.find(key.kid, '00000001', 0)?.equivocated)).toBe(true)
  })

  it.each([
    ['noise', new Uint8Array([1, 2, 3]), 'wire/malformed'],
    ['empty', new Uint8Array(0), 'wire/malformed'],
    ['over the maximum', new Uint8Array(messageBytesMax + 1).fill(0x84), 'wire/too-large'],
    ['at the maximum, and noise', new Uint8Array(messageBytesMax).fill(0x84), 'wire/malformed'],
  ])('that is %s is acknowledged and kept as evidence, without a receipt', async (_name, message, code) => {
    const { gateway, device } = await open()
    await device.publish(message)
    expect(gateway.look(({ log }) => log.evidence(9))).toMatchObject([{ kid: key.kid, code }])
    // The next receipt is that of the next report: there was none in between.
    await device.publish(signReport(key, { seq: 0 }))
    expect(await device.receipt()).toMatchObject([{ seq: 0, verdict: 0 }])
    expect(device.waiting).toEqual([])
  })

  it('comes with many: all are acknowledged, each has its receipt, and each is stored once', async () => {
    const { gateway, device } = await open()
    const seqs = Array.from({ length: 60 }, (_, seq) => seq)
    await Promise.all(seqs.map((seq) => device.publish(signReport(key, { seq }))))
    const entries = []
    while (entries.length < seqs.length) entries.push(...(await device.receipt()))
    expect(entries.map(({ seq }) => seq)).toEqual(seqs)
    expect(gateway.look(({ log }) => [log.head(), log.twice()])).toEqual([60, 0])
  })

  it('of one device is nothing to another', async () => {
    const { gateway, device } = await open()
    const neighbour = testKey('neighbour')
    await enrol(gateway, neighbour)
    const other = await connectDevice(gateway, neighbour)
    await device.publish(signReport(key, { seq: 0 }))
    await device.receipt()
    await other.publish(signReport(neighbour, { seq: 5 }))
    expect(await other.receipt()).toMatchObject([{ seq: 5 }])
    expect(other.waiting).toEqual([])
  })
})
