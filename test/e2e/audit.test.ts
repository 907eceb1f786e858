import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { expect, it } from 'vitest'
import { provision, runCli, startGateway, temporaryFolder } from './harness.ts'

it('gw audit finds nothing lost, and one lost when a row is taken away', async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const journal = join(folder, 'journal.ndjson')
  await runCli(['device', 'run', '--dir', dir, '--every', '1', '--for', '3', '--journal', journal])
  await gateway.end('SIGTERM')

  const audit = async () => {
    const { status, stdout } = await runCli(['gw', 'audit', journal, '--data', gateway.data, '--json'])
    return { status, ...(JSON.parse(stdout) as { acknowledged: number; lost: number }) }
  }
  const before = await audit()
  expect(before).toMatchObject({ status: 0, lost: 0, twice: 0 })
  expect(before.acknowledged).toBeGreaterThanOrEqual(2)
  // Registered, and active since its first report.
  expect(before).toMatchObject({ history: { changes: expect.any(Number), faults: [] } })

  const store = new Database(join(gateway.data, 'store.sqlite'))
  store.exec('DELETE FROM reports WHERE id = 2')
  store.close()
  expect(await audit()).toMatchObject({ status: 1, lost: 1, acknowledged: before.acknowledged })

  // Without a journal it looks at the devices alone: here at an owner whom nobody made one.
  const devices = () => runCli(['gw', 'audit', '--data', gateway.data])
  expect(await devices()).toMatchObject({ status: 0, stdout: expect.stringContaining(', 0 faults') })
  const forged = new Database(join(gateway.data, 'store.sqlite'))
  forged.exec('UPDATE devices SET owner = zeroblob(20)')
  forged.close()
  expect(await devices()).toMatchObject({ status: 1, stdout: expect.stringContaining('by its history') })

  writeFileSync(journal, 'no journal\n')
  const bad = await runCli(['gw', 'audit', journal, '--data', gateway.data])
  expect(bad.status).toBe(1)
  expect(bad.stderr).toMatch(/^audit\/bad-journal: .+\n {2}next: /)
})
