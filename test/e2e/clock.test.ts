import { join } from 'node:path'
import { expect, it } from 'vitest'
import { getJson, provision, root, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

type Reports = { readonly reports: readonly { readonly boot: number; readonly seq: number; readonly code: string }[] }

/** A machine whose clock stands in another year. */
const inYear = (year: number): NodeJS.ProcessEnv => {
  const shiftMs = Date.UTC(year, 5, 1) - Date.now()
  return { NODE_OPTIONS: `--import=${join(root, 'test/e2e/shift-clock.mjs')}`, SHIFT_MS: String(shiftMs) }
}

it('a device in 2012 is believed, one in 2038 is not, and either loses and doubles nothing', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const dir = await provision(gateway.data, join(folder, 'device'))
  const journal = join(folder, 'journal.ndjson')
  const run = async (env: NodeJS.ProcessEnv, until: RegExp): Promise<string> => {
    const device = startCli(['device', 'run', '--dir', dir, '--every', '1', '--journal', journal], { env })
    const line = await device.line(until)
    await device.end('SIGTERM')
    return line
  }
  await run(inYear(2012), /<- report #1 .*accepted/)
  expect(await run(inYear(2038), /<- report #1 /)).toMatch(/time\/ahead: /)
  // Its clock is set right again: under a new boot, as ever.
  await run({}, /<- report #1 .*accepted/)

  const { reports } = await getJson<Reports>(`${gateway.facts.http}/v1/reports`)
  const codesOf = (boot: number) => new Set(reports.filter((one) => one.boot === boot).map(({ code }) => code))
  expect([0, 1, 2].map(codesOf)).toEqual([new Set(['accepted']), new Set(['time/ahead']), new Set(['accepted'])])
  const pairs = reports.map(({ boot, seq }) => `${boot}/${seq}`)
  expect(new Set(pairs).size).toBe(pairs.length)
  await gateway.end('SIGTERM')
  const audit = await runCli(['gw', 'audit', journal, '--data', gateway.data, '--json'])
  expect(JSON.parse(audit.stdout)).toMatchObject({ lost: 0, twice: 0 })
})
