import { describe, expect, it } from 'vitest'
import { fromHex } from '../../../device-sdk/protocol/index.ts'
import { openTestRegistry } from '../harness.ts'
import { enrolMessage, testKey } from '../keys.ts'
import { call } from '../running.ts'
import { adminToken, startTestApi } from './server-parts.ts'

const key = testKey('porch')

const open = ['/healthz', '/readyz', '/metrics', '/v1/gateway']
const reading = ['/v1/devices', `/v1/devices/${key.kid}`, '/v1/reports', '/v1/latest', '/v1/counts', '/v1/epochs']
const administration = [
  ['GET', '/v1/evidence'],
  ['GET', '/v1/gateway/speed'],
  ['POST', '/v1/enrol/nonce'],
  ['PUT', `/v1/devices/${key.kid}/place`],
  ['POST', `/v1/devices/${key.kid}/revoke`],
  ['GET', '/v1/consumers'],
] as const

const statuses = (http: string, paths: readonly string[], token?: string): Promise<number[]> =>
  Promise.all(paths.map(async (path) => (await call(http + path, 'GET', token === undefined ? {} : { token })).status))

describe('who may do what', () => {
  it('health, metrics and what the gateway is are for all', async () => {
    const { http } = await startTestApi(openTestRegistry([key]), false)
    expect(await statuses(http, open)).toEqual(open.map(() => 200))
  })

  it('reading needs the token off loopback, and nothing on it', async () => {
    const closed = await startTestApi(openTestRegistry([key]), false)
    expect(await statuses(closed.http, [...reading, '/v1/live'])).toEqual([...reading, 'live'].map(() => 401))
    expect(await statuses(closed.http, reading, 'a wrong token')).toEqual(reading.map(() => 401))
    expect(await statuses(closed.http, reading, adminToken)).toEqual(reading.map(() => 200))
    const local = await startTestApi(openTestRegistry([key]))
    expect(await statuses(local.http, reading)).toEqual(reading.map(() => 200))
  })

  it.each(administration)('%s %s needs the token, on loopback too', async (method, path) => {
    const { http, registry, events } = await startTestApi(openTestRegistry([key]))
    const body = method === 'PUT' ? { body: JSON.stringify({ lat: 52.5, lng: 13.4 }) } : {}
    for (const token of [undefined, 'wrong', '', adminToken.slice(1), `${adminToken}x`, adminToken.toUpperCase()]) {
      const refused = await call(http + path, method, { ...body, ...(token === undefined ? {} : { token }) })
      expect([refused.status, refused.json.error.code], String(token)).toEqual([401, 'api/unauthorised'])
    }
    expect([registry.get(key.kid)?.status, registry.get(key.kid)?.place, events]).toEqual(['active', null, []])
    const allowed = await call(http + path, method, { ...body, token: adminToken })
    expect([200, 201]).toContain(allowed.status)
  })

  it.each(['Basic', 'bearer', 'Token', ''])('the scheme of the token is Bearer, not "%s"', async (scheme) => {
    const { http } = await startTestApi(openTestRegistry([key]), false)
    const headers = { authorization: `${scheme} ${adminToken}`.trim(), connection: 'close' }
    expect((await fetch(`${http}/v1/devices`, { headers })).status).toBe(401)
  })

  it('the token is no part of a URL', async () => {
    const { http } = await startTestApi(openTestRegistry([key]), false)
    expect(await statuses(http, [`/v1/devices?token=${adminToken}`, `/v1/devices?access_token=${adminToken}`])).toEqual(
      [401, 401],
    )
  })

  it('enrolling needs a nonce that the admin gave away, and no token', async () => {
    const { http, events } = await startTestApi(openTestRegistry([]), false)
    const { json } = await call(`${http}/v1/enrol/nonce`, 'POST', { token: adminToken })
    const body = enrolMessage(key, fromHex(json.nonce) ?? new Uint8Array(0))
    expect((await call(`${http}/v1/enrol`, 'POST', { body: enrolMessage(key, new Uint8Array(32)) })).status).toBe(403)
    const enrolled = await call(`${http}/v1/enrol?name=porch`, 'POST', { body })
    expect([enrolled.status, enrolled.json.kid, enrolled.json.name]).toEqual([201, key.kid, 'porch'])
    expect((await call(`${http}/v1/enrol`, 'POST', { body })).json.error.code).toBe('enrol/nonce-unknown')
    expect(events).toEqual([`device/enrolled ${key.kid}`])
  })

  it('revoking ends the connection of the device', async () => {
    const { http, events } = await startTestApi(openTestRegistry([key]), false)
    await call(`${http}/v1/devices/${key.kid}/revoke`, 'POST', { token: adminToken })
    expect(events).toEqual([`disconnect ${key.kid}`, `device/revoked ${key.kid}`])
  })
})
