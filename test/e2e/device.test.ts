import { join } from 'node:path'
import { expect, it } from 'vitest'
import { getJson, provision, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

it('a device goes on while its gateway is away, over its own restart too, and delivers everything afterwards', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const journal = join(folder, 'journal.ndjson')
  await gateway.end('SIGKILL')

  const run = ['device', 'run', '--dir', dir, '--every', '1', '--journal', journal]
  const before = startCli(run)
  await before.line(/-> report #2/)
  await before.end('SIGKILL')
  const after = startCli(run)
  await after.line(/-> report #1/)

  const again = await startGateway(gateway.data, { again: gateway.facts })
  await after.line(/<- report #1 .*accepted/)
  const { reports } = await getJson<{ reports: { boot: number; seq: number }[] }>(`${again.facts.http}/v1/reports`)
  const delivered = reports.map(({ boot, seq }) => `${boot}/${seq}`)
  // Three of the first boot, killed with -9 before they were sent, and those of the second.
  expect(delivered).toEqual(expect.arrayContaining(['0/0', '0/1', '0/2', '1/0', '1/1']))
  expect(new Set(delivered).size).toBe(delivered.length)
  await after.end('SIGTERM')
  await again.end('SIGTERM')
  const audit = await runCli(['gw', 'audit', journal, '--data', gateway.data, '--json'])
  expect(JSON.parse(audit.stdout)).toMatchObject({ lost: 0, twice: 0 })
})
