import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { getJson, runCli, startGateway, temporaryFolder } from './harness.ts'
import { enrolFleet, startLoad } from './load.ts'

const workersReady = async (http: string): Promise<number> =>
  Number(/^hexfix_verify_workers (\d+)$/m.exec(await (await fetch(`${http}/metrics`)).text())?.[1])

it('the shipped gateway starts its workers with the first load, and loses nothing by them', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder()
  const data = join(folder, 'gateway')
  const journal = join(folder, 'journal.ndjson')
  const gateway = await startGateway(data)
  const { http } = gateway.facts
  expect(await workersReady(http)).toBe(0)
  expect(await getJson(`${http}/v1/gateway`)).toMatchObject({
    commitDelayMs: expect.any(Number),
    commitDelayWhy: expect.any(String),
  })
  const load = startLoad(await enrolFleet(data, gateway.facts.net, 10), gateway.facts, journal)
  await load.more(1_000)
  // On one core there are none.
  await expect.poll(() => workersReady(http)).toBe(availableParallelism() < 2 ? 0 : 2)
  await load.more(2_000)
  await load.stop()
  await gateway.end('SIGTERM')
  const audit = await runCli(['gw', 'audit', journal, '--data', data, '--json'])
  expect(JSON.parse(audit.stdout)).toMatchObject({ lost: 0, twice: 0 })
})
