import { describe, expect, it } from 'vitest'
import { openTestRegistry } from '../harness.ts'
import { forged, signReport, testKey } from '../keys.ts'
import { call, connectDevice, enrol, startTestGateway } from '../running.ts'
import { startTestApi } from './server-parts.ts'

const key = testKey('porch')

/** Server-sent events of a URL, one by one. Spec: HTML Living Standard, 9.2. */
const listen = async (url: string) => {
  const aborter = new AbortController()
  const response = await fetch(url, { signal: aborter.signal })
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const block = async (): Promise<string | null> => {
    while (!text.includes('\n\n')) {
      const { value, done } = await reader.read()
      if (done) return null
      text += value
    }
    const end = text.indexOf('\n\n')
    const first = text.slice(0, end)
    text = text.slice(end + 2)
    return first
  }
  const event = async () => {
    const lines = (await block())?.split('\n') ?? []
    const named = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
    return { event: named('event'), data: JSON.parse(named('data')) }
  }
  return { response, block, event, stop: () => aborter.abort() }
}

describe('/v1/live', () => {
  it('tells of each report as it is judged, and of its receipt', async () => {
    const gateway = await startTestGateway()
    await enrol(gateway, key)
    const device = await connectDevice(gateway, key)
    const live = await listen(`${gateway.http}/v1/live`)
    expect(live.response.headers.get('content-type')).toBe('text/event-stream')
    expect(await live.block()).toMatch(/^:/)
    await device.publish(signReport(key, { seq: 4 }))
    expect(await live.event()).toEqual({
      event: 'report',
      data: {
        kid: key.kid,
        code: 'accepted',
        detail: null,
        seq: 4,
        logIndex: 1,
        report: expect.objectContaining({ blocks: [expect.objectContaining({ type: 'sensor', schema: 'weather' })] }),
      },
    })
    expect(await live.event()).toMatchObject({ event: 'receipt', data: { kid: key.kid } })
    const active = { kid: key.kid, event: 'device/active', actor: 'device' }
    expect(await live.event()).toMatchObject({ event: 'device', data: active })
    await device.publish(forged(signReport(key, { seq: 5 })))
    expect(await live.event()).toMatchObject({ event: 'report', data: { code: 'sign1/bad-signature', report: null } })
    live.stop()
  })

  it('tells of refused connections', async () => {
    const gateway = await startTestGateway()
    const live = await listen(`${gateway.http}/v1/live`)
    await live.block()
    await expect(connectDevice(gateway, key)).rejects.toMatchObject({ code: 5 })
    expect(await live.event()).toMatchObject({ event: 'refusal', data: { code: 'device/unknown' } })
    live.stop()
  })

  it('ends with the gateway, and does not hold it up', async () => {
    const gateway = await startTestGateway()
    const live = await listen(`${gateway.http}/v1/live`)
    await live.block()
    await gateway.close()
    expect(await live.block()).toBeNull()
  })

  it('has 64 places, and a place is free again when somebody leaves', async () => {
    const { http, live } = await startTestApi(openTestRegistry([]))
    const url = `${http}/v1/live`
    const listeners = await Promise.all(Array.from({ length: 64 }, () => listen(url)))
    expect((await call(url)).status).toBe(503)
    for (const one of listeners) one.stop()
    while (live.wanted()) await new Promise((resolve) => setImmediate(resolve))
    const again = await listen(url)
    expect(await again.block()).toMatch(/^:/)
    again.stop()
  })
})
