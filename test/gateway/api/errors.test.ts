import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { codes } from '../../../device-sdk/protocol/index.ts'
import { breakTable, openTestRegistry } from '../harness.ts'
import { testKey } from '../keys.ts'
import { call } from '../running.ts'
import { adminToken, startTestApi } from './server-parts.ts'

const key = testKey('porch')
const token = adminToken

type Answered = { status: number; text: string }

/** A request whose target goes out as it stands: fetch would tidy it up. */
const raw = (http: string, path: string, method = 'GET'): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(http)
    const sent = request({ hostname, port, path, method, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end()
  })

/** The shape of every error: a code of the registry with its sentence and its next step, and nothing from inside. */
const expectError = (text: string, code: string): void => {
  const { error, ...rest } = JSON.parse(text)
  expect(rest).toEqual({})
  expect(error.code).toBe(code)
  const entry = Object.entries(codes).find(([name]) => name === code)?.[1]
  expect([error.message, error.next]).toEqual([entry?.meaning, entry?.next])
  expect(Object.keys(error).every((name) => ['code', 'message', 'next', 'detail'].includes(name))).toBe(true)
  expect(text).not.toMatch(/\bat .*:\d+|\.ts\b|node:|\/home\/|\/tmp\/|node_modules/)
}

describe('an error of the API', () => {
  it.each([
    ['GET', '/v1', 404, 'api/not-found'],
    ['GET', '/v1/gateway/', 404, 'api/not-found'],
    ['GET', '/v2/gateway', 404, 'api/not-found'],
    ['POST', '/v1/gateway', 404, 'api/not-found'],
    ['DELETE', `/v1/devices/${key.kid}`, 404, 'api/not-found'],
    ['GET', '/v1/reports/1', 404, 'api/not-found'],
    ['GET', '/v1/reports/0', 404, 'api/not-found'],
    ['GET', '/v1/reports/1e3', 404, 'api/not-found'],
    ['GET', '/v1/reports/-1', 404, 'api/not-found'],
    ['GET', '/v1/reports/99999999999999999999', 404, 'api/not-found'],
    ['GET', '/v1/epochs/999999999999999', 404, 'api/not-found'],
    ['GET', '/v1/devices/0011223344556677', 404, 'device/unknown'],
    ['GET', '/v1/devices/__proto__', 404, 'device/unknown'],
    ['GET', '/v1/devices/%E0%A4%A', 404, 'device/unknown'],
    ['GET', "/v1/devices/'%20OR%201=1--", 404, 'device/unknown'],
    ['GET', '/v1/devices/..%2f..%2fetc%2fpasswd', 404, 'device/unknown'],
    ['GET', '/../../../etc/passwd', 404, 'api/not-found'],
    ['GET', '/%00', 404, 'api/not-found'],
    ['GET', '//', 400, 'api/bad-request'],
    ['GET', '//v1/gateway', 404, 'api/not-found'],
    ['GET', 'http://[', 400, 'api/bad-request'],
    ['GET', 'http://other.example/nothing', 404, 'api/not-found'],
    ['OPTIONS', '*', 404, 'api/not-found'],
    ['GET', `/${'a'.repeat(8_000)}`, 404, 'api/not-found'],
  ])('%s %s is %d %s', async (method, path, status, code) => {
    const { http } = await startTestApi(openTestRegistry([key]))
    const answered = await raw(http, path, method)
    expect(answered.status).toBe(status)
    expectError(answered.text, code)
  })

  const place = `/v1/devices/${key.kid}/place`
  it.each([
    ['no JSON', 'PUT', place, '{', 400, 'api/bad-request'],
    ['no body', 'PUT', place, '', 400, 'api/bad-request'],
    ['a list', 'PUT', place, '[]', 400, 'api/bad-request'],
    ['null', 'PUT', place, 'null', 400, 'api/bad-request'],
    ['no longitude', 'PUT', place, '{"lat":1}', 400, 'api/bad-request'],
    ['a text for a number', 'PUT', place, '{"lat":"1","lng":1}', 400, 'api/bad-request'],
    ['a number that is infinite', 'PUT', place, '{"lat":1e999,"lng":1}', 400, 'api/bad-request'],
    ['an unknown field', 'PUT', place, '{"lat":1,"lng":1,"cell":"8c"}', 400, 'api/bad-request'],
    ['a gain beyond reason', 'PUT', place, '{"lat":1,"lng":1,"gainDbi":31}', 400, 'api/bad-request'],
    ['a latitude over the pole', 'PUT', place, '{"lat":91,"lng":1}', 400, 'place/not-a-cell'],
    [
      'the place of a stranger',
      'PUT',
      '/v1/devices/0011223344556677/place',
      '{"lat":1,"lng":1}',
      404,
      'device/unknown',
    ],
    ['the revocation of a stranger', 'POST', '/v1/devices/0011223344556677/revoke', '', 404, 'device/unknown'],
    ['an enrolment that is noise', 'POST', '/v1/enrol', 'noise', 400, 'wire/malformed'],
    ['an enrolment that is empty', 'POST', '/v1/enrol', '', 400, 'wire/malformed'],
    ['a body of 65 537 bytes', 'POST', '/v1/enrol', 'x'.repeat(65_537), 413, 'api/too-large'],
    ['a body of 4 MB', 'PUT', place, ' '.repeat(4_000_000), 413, 'api/too-large'],
  ])('%s is answered as %s %s should', async (_name, method, path, body, status, code) => {
    const { http, registry } = await startTestApi(openTestRegistry([key]))
    const answered = await call(http + path, method, { token, body })
    expect(answered.status).toBe(status)
    expectError(answered.bytes.toString(), code)
    expect(registry.get(key.kid)?.place).toBeNull()
  })

  it('that is a fault inside is 500, and nothing was half done', async () => {
    const { http, folder, registry, events } = await startTestApi(openTestRegistry([key]))
    const { mend } = breakTable(folder, 'devices', 'UPDATE')
    const body = JSON.stringify({ lat: 1, lng: 1 })
    const placed = await call(http + place, 'PUT', { token, body })
    expect(placed.status).toBe(500)
    expectError(placed.bytes.toString(), 'api/failed')
    expect([registry.get(key.kid)?.place, events]).toEqual([null, []])
    mend()
    expect((await call(http + place, 'PUT', { token, body })).status).toBe(200)
  })

  it('that is the store is 503', async () => {
    const { http, store } = await startTestApi(openTestRegistry([key]))
    expect((await call(`${http}/readyz`)).status).toBe(200)
    store.close()
    for (const [method, path] of [
      ['GET', '/readyz'],
      ['POST', '/v1/enrol/nonce'],
    ] as const) {
      const answered = await call(http + path, method, { token })
      expect(answered.status).toBe(503)
      expectError(answered.bytes.toString(), 'store/unwritable')
    }
    expect((await call(`${http}/healthz`)).status).toBe(200)
  })

  it('comes as CBOR to whoever asks for that', async () => {
    const { http } = await startTestApi(openTestRegistry([]))
    const answered = await call(`${http}/v1/nothing`, 'GET', { accept: 'application/cbor' })
    expect([answered.status, answered.headers.get('content-type')]).toEqual([404, 'application/cbor'])
  })

  it('does not end the server: the next request is answered', async () => {
    const { http } = await startTestApi(openTestRegistry([]))
    await call(`${http}/v1/enrol`, 'POST', { body: new Uint8Array(100_000) })
    await raw(http, '//')
    expect((await call(`${http}/healthz`)).json).toEqual({ alive: true })
  })
})
