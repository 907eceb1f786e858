import { describe, expect, it } from 'vitest'
import { testFolder } from '../harness.ts'
import { forged, signReport, testKey, weather } from '../keys.ts'
import type { TestGateway } from '../running.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'

const key = testKey('porch')

const seen = async ({ http, token }: TestGateway): Promise<unknown> => {
  const paths = ['devices', 'reports', 'latest', 'counts', 'evidence', `devices/${key.kid}`]
  return Promise.all(
    paths.map(async (path) => {
      const { json } = await call(`${http}/v1/${path}`, 'GET', { token })
      return JSON.parse(JSON.stringify(json).replaceAll('"connected":true', '"connected":false'))
    }),
  )
}

describe('a gateway that starts again', () => {
  it('is the same gateway, with everything that it acknowledged', async () => {
    const data = testFolder()
    const first = await startTestGateway(data)
    await enrol(first, key)
    const body = JSON.stringify({ lat: 52.52, lng: 13.405, gainDbi: 2 })
    await call(`${first.http}/v1/devices/${key.kid}/place`, 'PUT', { token: first.token, body })
    const device = await connectDevice(first, key)
    await device.publish(signReport(key, { seq: 2 ** 20 }))
    const receipt = await device.receipt()
    await device.publish(forged(signReport(key, { seq: 5 })))
    const before = await seen(first)
    await first.close()

    const second = await startTestGateway(data)
    expect([second.kid, second.token]).toEqual([first.kid, first.token])
    expect(await seen(second)).toEqual(before)
    const again = await connectDevice(second, key)
    // A replay gets the first receipt, byte for byte.
    await again.publish(signReport(key, { seq: 2 ** 20 }))
    expect(await again.receipt()).toEqual(receipt)
    // The window stands where it stood.
    await again.publish(signReport(key, { seq: 0 }))
    expect(await again.receipt()).toMatchObject([{ seq: 0, verdict: 11 }])
    await again.publish(signReport(key, { seq: 2 ** 20, blocks: [weather(1)] }))
    expect(await again.receipt()).toMatchObject([{ verdict: 2 }])
    await again.publish(signReport(key, { seq: 1 }))
    expect(await again.receipt()).toMatchObject([{ seq: 1, verdict: 0, logIndex: 2 }])
    expect(second.look(({ log }) => log.totals())).toEqual({
      accepted: 2,
      'report/equivocation': 1,
      'report/out-of-range': 1,
      'report/replay': 1,
      'sign1/bad-signature': 1,
    })
  })

  it('keeps the revoked out, and connect tokens used', async () => {
    const data = testFolder()
    const neighbour = testKey('neighbour')
    const first = await startTestGateway(data)
    await enrol(first, key, neighbour)
    await call(`${first.http}/v1/devices/${key.kid}/revoke`, 'POST', { token: first.token })
    await connectDevice(first, neighbour, 7)
    await first.close()
    const second = await startTestGateway(data)
    await expect(connectDevice(second, key, 9)).rejects.toMatchObject({ code: 5 })
    await expect(connectDevice(second, neighbour, 6)).rejects.toMatchObject({ code: 5 })
    await connectDevice(second, neighbour, 7)
  })
})
