import { cellToParent, getResolution } from 'h3-js'
import { expect, it } from 'vitest'
import { codes } from '../../../device-sdk/protocol/index.ts'
import { alpha, beta, heard, liar, openScene } from '../epoch/scene.ts'
import { changeDevice } from '../harness.ts'
import { call } from '../running.ts'
import { adminToken, startTestApi } from './server-parts.ts'

const openApi = async (openReading = true) => {
  const scene = openScene()
  await scene.reportBeacon(alpha, 'a1')
  await scene.report(beta, { type: 'witness', rows: [heard(alpha, 'a1')] })
  await scene.report(liar, { type: 'witness', rows: [heard(alpha, 'a1', -40)] })
  scene.pass()
  scene.desk.closeDue()
  return { scene, ...(await startTestApi(scene, openReading)) }
}

it.each([
  ['/', 'text/html; charset=utf-8', '<title>hexfix'],
  ['/page/app.js', 'text/javascript; charset=utf-8', '/v1/live'],
  ['/page/style.css', 'text/css; charset=utf-8', 'color-scheme'],
])('%s is there for everybody, and runs nothing but its own files', async (path, type, part) => {
  const { http } = await openApi(false)
  const { status, headers, bytes } = await call(http + path)
  expect([status, headers.get('content-type')]).toEqual([200, type])
  expect(bytes.toString()).toContain(part)
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((rule) => [rule.split(' ')[0], rule]),
  )
  expect(policy.get('default-src')).toBe("default-src 'none'")
  expect(policy.get('script-src')).toBe("script-src 'self'")
  expect(policy.get('frame-ancestors')).toBe("frame-ancestors 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

it.each(['/page/none.js', '/page/style.css/x', '/page/../package.json', '/page/%2e%2e/package.json'])(
  'nothing else is served as a page: %s',
  async (path) => {
    const { http } = await openApi()
    expect((await call(http + path)).json.error.code).toBe('api/not-found')
  },
)

it('the map shows hexes of resolution 8, their links, and no place', async () => {
  const { http, scene } = await openApi()
  const { json, bytes } = await call(`${http}/v1/map`)
  const places = [alpha, beta, liar].map(({ kid }) => scene.registry.get(kid)?.place)
  expect(json.hexes.map(({ cell }: { cell: string }) => getResolution(cell))).toEqual([8, 8, 8])
  expect(json.hexes.map(({ cell }: { cell: string }) => cell).sort()).toEqual(
    places.map((place) => cellToParent(place?.cell ?? '', 8)).sort(),
  )
  const text = bytes.toString()
  for (const place of places) {
    expect(text).not.toContain(place?.cell)
    expect(text).not.toContain(String((place?.latE7 ?? 0) / 1e7))
  }
  expect(json.links.map(({ code, logIndex }: { code: string; logIndex: number }) => [code, logIndex])).toEqual([
    ['accepted', 2],
    ['coverage/rssi-too-strong', 3],
  ])
})

it('the map leaves out who was revoked, and needs the token where reading does', async () => {
  const { http, scene } = await openApi(false)
  expect((await call(`${http}/v1/map`)).status).toBe(401)
  changeDevice(scene.registry, liar.kid, { status: 'revoked' })
  const { json } = await call(`${http}/v1/map`, 'GET', { token: adminToken })
  expect(json.hexes).toHaveLength(2)
  expect(JSON.stringify(json)).not.toContain(liar.kid)
})

it('every code has its meaning and its next step there, for everybody', async () => {
  const { http } = await openApi(false)
  const { json } = await call(`${http}/v1/codes`)
  expect(Object.keys(json.codes)).toEqual(Object.keys(codes))
  expect(json.codes['coverage/rssi-too-strong']).toEqual({
    meaning: codes['coverage/rssi-too-strong'].meaning,
    next: codes['coverage/rssi-too-strong'].next,
  })
})
