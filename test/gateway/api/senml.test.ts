import { describe, expect, it } from 'vitest'
import type { CborMap } from '../../../device-sdk/protocol/index.ts'
import { decode, resolveSenml, senmlFromCbor } from '../../../device-sdk/protocol/index.ts'
import { openScene, porch } from '../epoch/scene.ts'
import { net, someTimeS } from '../keys.ts'
import { call } from '../running.ts'
import { startTestApi } from './server-parts.ts'

const weather = {
  type: 'sensor',
  schema: 1,
  stepsS: [60],
  columns: [
    [2240, 2250],
    [551, null],
    [1325, 1325],
  ],
} as const
const bare = (value: number): number[] => new Array<number>(4096).fill(value)
const big = {
  type: 'sensor',
  schema: 1,
  stepsS: new Array<number>(4095).fill(1),
  columns: [1, 2, 3].map(bare),
} as const

const open = async () => {
  const scene = openScene()
  await scene.report(porch, weather)
  await scene.report(porch, { type: 'heartbeat', uptimeS: 5 })
  await scene.report(porch, big, big, big, big, big, big)
  const { http } = await startTestApi(scene)
  return (index: number, accept?: string) =>
    call(`${http}/v1/reports/${index}/senml`, 'GET', accept === undefined ? {} : { accept })
}

const name = (field: string) => `hexfix:${net}:${porch.kid}:${field}`
const resolved = [
  { n: name('temperature'), u: 'Cel', t: someTimeS, v: 22.4 },
  { n: name('humidity'), u: '%RH', t: someTimeS, v: 55.1 },
  { n: name('pressure'), u: 'Pa', t: someTimeS, v: 101_325 },
  { n: name('temperature'), u: 'Cel', t: someTimeS + 60, v: 22.5 },
  { n: name('pressure'), u: 'Pa', t: someTimeS + 60, v: 101_325 },
]

describe('a report as SenML', () => {
  it('is JSON, and resolves to its readings', async () => {
    const get = await open()
    const { status, headers, bytes } = await get(1)
    expect([status, headers.get('content-type')]).toEqual([200, 'application/senml+json'])
    expect(resolveSenml(JSON.parse(bytes.toString('utf8')), 0)).toEqual({ ok: true, value: resolved })
  })

  it('is deterministic CBOR for whoever asks for that', async () => {
    const get = await open()
    const { headers, bytes } = await get(1, 'application/senml+cbor')
    expect(headers.get('content-type')).toBe('application/senml+cbor')
    const pack = decode(bytes)
    expect(pack.ok && resolveSenml(senmlFromCbor(pack.value as readonly CborMap[]), 0)).toEqual({
      ok: true,
      value: resolved,
    })
  })

  it('is an error where there is no report, no reading, or too much', async () => {
    const get = await open()
    const errorOf = async (index: number) => {
      const { status, json } = await get(index, 'application/senml+json')
      return [status, json.error.code]
    }
    expect(await errorOf(99)).toEqual([404, 'api/not-found'])
    expect(await errorOf(2)).toEqual([404, 'api/not-found'])
    expect(await errorOf(3)).toEqual([413, 'senml/too-large'])
  })
})
