import { expect, it } from 'vitest'
import type { Block } from '../../../device-sdk/protocol/index.ts'
import { toHex } from '../../../device-sdk/protocol/index.ts'
import { evmAddress } from '../../../device-sdk/signer/index.ts'
import { namedProfile } from '../../../gateway/coverage/index.ts'
import { replayEpoch } from '../../../gateway/epoch/index.ts'
import { alpha, beta, openScene, porch } from '../epoch/scene.ts'
import { besideStore, breakTable, changeDevice, must } from '../harness.ts'
import { signReport } from '../keys.ts'
import { call } from '../running.ts'
import { adminToken, startTestApi } from './server-parts.ts'

const farm = `0x${'fa'.repeat(20)}`
const mill = `0x${'fb'.repeat(20)}`
/** A reading of the host's schema, of whose quality the rules say nothing. */
const reading = (load = 1): Block => {
  return { type: 'sensor', schema: 5, stepsS: [], columns: [[load], [2], [3], [9_000], [5], [6], [7]] }
}
/** What a device with readings earns of which so many were taken. */
const used = (units: number): number => Math.floor((1 + (3 * units) / (units + 1_000)) * 1_000_000_000)

const open = async () => {
  const scene = openScene(9_000n, namedProfile('hexfix-1'))
  const { http } = await startTestApi({ ...scene, desk: scene.desk }, false)
  const admit = async (address: string): Promise<string> => {
    const body = JSON.stringify({ name: 'a buyer' })
    const answer = await call(`${http}/v1/consumers/${address}`, 'PUT', { token: adminToken, body })
    expect([answer.status, answer.json.address]).toEqual([201, address.toLowerCase()])
    return answer.json.token
  }
  const take = (token: string, wanted: object = {}) =>
    call(`${http}/v1/consumption`, 'POST', { token, body: JSON.stringify(wanted) })
  const points = () => {
    scene.pass()
    const closed = scene.desk.closeDue()
    return Object.fromEntries(
      [alpha, beta, porch].map(({ name, kid }) => [
        name,
        Number(closed?.shares.find((share) => share.kid === kid)?.points ?? 0),
      ]),
    )
  }
  return { scene, http, admit, take, points }
}

it('a reading that somebody else took multiplies what its device earns, and replays to the byte', async () => {
  const { scene, admit, take, points } = await open()
  for (const key of [porch, alpha]) await scene.report(key, reading())
  const taken = await take(await admit(farm), { kid: porch.kid })
  expect(taken.json).toMatchObject({ head: 2, next: 2, counted: 1, reports: [{ logIndex: 1, kid: porch.kid }] })
  expect(taken.json.reports[0].report.blocks[0].last).toHaveLength(7)
  expect(points()).toEqual({ porch: used(1), alpha: used(0), beta: 0 })
  expect(must(replayEpoch(scene.store, scene.first)).differences).toEqual([])
  await scene.report(porch, reading())
  expect(points()).toEqual({ porch: used(0), alpha: 0, beta: 0 })
  expect(must(replayEpoch(scene.store, scene.first + 1)).differences).toEqual([])
})

it('counts each reading once for a consumer, whatever the epoch and the token, and anew for another', async () => {
  const { scene, admit, take, points } = await open()
  await scene.report(porch, reading(), reading(2))
  const first = await admit(farm)
  expect((await take(first)).json.counted).toBe(1)
  expect((await take(first)).json).toMatchObject({ counted: 0, reports: [{ logIndex: 1 }] })
  const second = await admit(farm)
  expect((await take(first)).status).toBe(401)
  expect((await take(second)).json.counted).toBe(0)
  expect((await take(await admit(mill))).json.counted).toBe(1)
  // A report of two readings, for two consumers: four units.
  expect(points().porch).toBe(used(4))
  await scene.report(porch, reading())
  expect((await take(second, { after: 0 })).json).toMatchObject({ counted: 1, next: 2 })
  expect(points().porch).toBe(used(1))
})

it('an owner who reads its own devices earns nothing by it, nor does whoever becomes their owner', async () => {
  const { scene, admit, take, points } = await open()
  const address = `0x${toHex(evmAddress(alpha.signer.publicKey))}`
  changeDevice(scene.registry, porch.kid, { owner: new Uint8Array(20).fill(0xfa) })
  for (const key of [porch, alpha, beta]) await scene.report(key, reading())
  expect((await take(await admit(farm))).json).toMatchObject({ counted: 2, reports: [{}, {}, {}] })
  expect((await take(await admit(address), { kid: alpha.kid })).json.counted).toBe(0)
  changeDevice(scene.registry, beta.kid, { owner: new Uint8Array(20).fill(0xfa) })
  expect(points()).toEqual({ porch: used(0), alpha: used(1), beta: used(0) })
  expect(must(replayEpoch(scene.store, scene.first)).differences).toEqual([])
})

it('what was signed twice, refused, or holds no reading is no consumption', async () => {
  const { scene, admit, take, points } = await open()
  const token = await admit(farm)
  const twice = [reading(1), reading(2)].map((block) => signReport(porch, { seq: 100, blocks: [block] }))
  await scene.take(porch, twice[0] as Uint8Array)
  await scene.report(alpha)
  await scene.report(beta, reading())
  expect((await take(token)).json).toMatchObject({ counted: 2, reports: [{ kid: porch.kid }, { kid: beta.kid }] })
  expect(await scene.take(porch, twice[1] as Uint8Array)).toEqual(['report/equivocation'])
  expect((await take(token)).json.reports).toHaveLength(1)
  expect(points()).toEqual({ porch: 0, alpha: 0, beta: used(1) })
  expect(must(replayEpoch(scene.store, scene.first)).differences).toEqual([])
})

it('is evidence: nobody changes it unseen, and what was not written does not count', async () => {
  const { scene, admit, take, points } = await open()
  const token = await admit(farm)
  await scene.report(porch, reading())
  const { mend } = breakTable(scene.folder, 'consumption')
  expect((await take(token)).status).toBeGreaterThanOrEqual(500)
  mend()
  expect((await take(token)).json.counted).toBe(1)
  expect(() => besideStore(scene.folder, (database) => database.exec('DELETE FROM consumption'))).toThrow('append-only')
  points()
  besideStore(scene.folder, (database) =>
    database.exec('DROP TRIGGER consumption_unchanged; UPDATE consumption SET log_index = 99'),
  )
  expect(must(replayEpoch(scene.store, scene.first)).differences.join('\n')).toMatch(/^share 0: stored /m)
})

it('needs the token of a consumer that the host named and did not withdraw', async () => {
  const { http, admit, take } = await open()
  for (const token of ['', 'x', adminToken]) expect((await take(token)).json.error.code).toBe('api/unauthorised')
  const token = await admit(farm)
  expect(JSON.stringify((await call(`${http}/v1/consumers`, 'GET', { token: adminToken })).json)).not.toContain(token)
  for (const wrong of [{ after: -1 }, { limit: 0 }, { limit: 101 }, { kid: 'x' }, { reports: [1] }]) {
    expect((await take(token, wrong)).json.error.code).toBe('api/bad-request')
  }
  // A consumer reads what it takes, and nothing else.
  expect((await call(`${http}/v1/reports`, 'GET', { token })).status).toBe(401)
  expect((await call(`${http}/v1/consumers/${farm}`, 'PUT', { token, body: '{"name":"x"}' })).status).toBe(401)
  for (const wrong of ['farm', '0x12', `0x${'Fa'.repeat(20)}`]) {
    const body = '{"name":"x"}'
    const answer = await call(`${http}/v1/consumers/${wrong}`, 'PUT', { token: adminToken, body })
    expect(answer.json.error.code).toBe('api/bad-request')
  }
  const withdraw = () => call(`${http}/v1/consumers/${farm}`, 'DELETE', { token: adminToken })
  expect([(await withdraw()).status, (await withdraw()).status]).toEqual([200, 404])
  expect((await take(token)).status).toBe(401)
})
