import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { getJson, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

const setUp = async () => {
  const folder = temporaryFolder()
  const gateway = await startGateway(join(folder, 'gateway'))
  const passphrase = join(folder, 'passphrase')
  writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
  // The command that is killed gets it from its environment too.
  process.env.HEXFIX_OWNER_PASSPHRASE_FILE = passphrase
  const list = join(folder, 'list.csv')
  const args = ['provision', 'batch', list, '--out', join(folder, 'tray'), '--data', gateway.data]
  const batch = async (more: readonly string[] = []) => {
    const { status, stdout, stderr } = await runCli([...args, '--json', ...more], { cwd: folder })
    return { status, stderr, report: JSON.parse(stdout) }
  }
  const devices = async () =>
    (
      await getJson<{ devices: { kid: string; name: string; owner: string | null; place: unknown }[] }>(
        `${gateway.facts.http}/v1/devices`,
      )
    ).devices
  return { folder, gateway, list, args, batch, devices, tray: join(folder, 'tray') }
}

const keysOf = (tray: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(tray)
      .filter((name) => existsSync(join(tray, name, 'device.key')))
      .map((name) => [name, readFileSync(join(tray, name, 'device.key'), 'utf8')]),
  )

it('a list becomes a tray of devices that their owner claimed and placed; bad rows say their line and stop nothing', async () => {
  const { folder, list, batch, devices, tray } = await setUp()
  const { address } = JSON.parse((await runCli(['owner', 'make', '--json'], { cwd: folder })).stdout)
  writeFileSync(
    list,
    'name,lat,lng,gain,height\nroof-1,51.5033,-0.1195,4,12\nroof/2,51.5,-0.1,,\nroof-3,95,0,,\nroof-4,,,,\nROOF-1,,,,\nroof-6,51.5,-0.1,1.5\n"roof-7,51,0,,\n',
  )
  const { status, report, stderr } = await batch()
  expect(status).toBe(1)
  expect(report).toMatchObject({ made: 2, kept: 0, failed: 5, left: 0 })
  const failed = report.devices.filter(({ state }: { state: string }) => state === 'failed')
  expect(
    failed.map(({ error }: { error: { code: string; detail: string } }) => `${error.code} ${error.detail.slice(0, 6)}`),
  ).toEqual([
    'batch/bad-row line 3',
    'place/not-a-cell line 4',
    'batch/bad-row line 6',
    'batch/bad-row line 7',
    'batch/bad-row line 8',
  ])
  expect(stderr).toContain('batch/bad-row: ')
  expect(Object.keys(keysOf(tray)).sort()).toEqual(['roof-1', 'roof-4'])
  const known = await devices()
  expect(known.map(({ name }) => name).sort()).toEqual(['roof-1', 'roof-4'])
  for (const { owner } of known) expect(owner).toBe(address.toLowerCase())
  expect(known.find(({ name }) => name === 'roof-1')?.place).toMatchObject({ gainDbi: 4, altitudeM: 12 })
  expect(statSync(join(tray, 'roof-1/device.key')).mode & 0o777).toBe(0o600)
  const trust = JSON.parse(readFileSync(join(tray, 'roof-1/trust.json'), 'utf8'))
  expect(trust.cell).toMatch(/^8c/)

  const labels = join(folder, 'labels.pdf')
  expect((await runCli(['devices', 'label', '--batch', tray, '--out', labels])).status).toBe(0)
  expect(execFileSync('pdfinfo', [labels], { encoding: 'utf8' })).toMatch(/Pages: +1/)
}, 120_000)

it('killed at any moment and run again, it makes no key twice and registers nothing twice', async () => {
  const { list, args, batch, devices, tray } = await setUp()
  const names = Array.from({ length: 12 }, (_, i) => `card-${i + 1}`)
  writeFileSync(list, `name,lat,lng\n${names.map((name, i) => `${name},51.5,${-0.1 - i / 100}`).join('\n')}\n`)
  const seen: Record<string, string> = {}
  // After each kill the keys that are there must stay what they are.
  const check = (): void => {
    if (!existsSync(tray)) return
    for (const [name, key] of Object.entries(keysOf(tray))) {
      seen[name] ??= key
      expect(key).toBe(seen[name])
    }
  }
  for (const count of [1, 4, 7]) {
    const killed = startCli([...args, '--no-owner'])
    // Not at a row's end: some work of the next one is under way.
    await killed.line(new RegExp(`card-${count} `))
    await killed.end('SIGKILL')
    check()
  }
  appendFileSync(join(tray, 'batch.jsonl'), '{"name":"card-12","kid":"cut off by the ki')
  const { status, report } = await batch(['--no-owner'])
  check()
  expect([status, report.made + report.kept, report.failed]).toEqual([0, 12, 0])
  expect(report.kept).toBeGreaterThanOrEqual(7)
  const known = await devices()
  expect(known.map(({ name }) => name).sort()).toEqual([...names].sort())

  const again = await batch(['--no-owner'])
  expect(again.report).toMatchObject({ made: 0, kept: 12, failed: 0 })
  // A card that was taken out of the tray is not made anew.
  renameSync(join(tray, 'card-3'), join(tray, '../card-3-is-on-a-roof'))
  expect((await batch(['--no-owner'])).report).toMatchObject({ made: 0, kept: 12 })
  expect(existsSync(join(tray, 'card-3'))).toBe(false)
  expect(await devices()).toHaveLength(12)
  rmSync(tray, { recursive: true })
}, 120_000)

it('a gateway that went away ends the run, and the rest is done by the next', async () => {
  const { gateway, list, batch } = await setUp()
  writeFileSync(list, 'name\none\ntwo\nthree\n')
  await gateway.end('SIGTERM')
  const away = await batch(['--gateway', gateway.facts.http, '--no-owner'])
  expect([away.status, away.report.error?.code]).toEqual([1, 'gateway/unreachable'])
  await startGateway(gateway.data, { again: gateway.facts })
  expect((await batch(['--no-owner'])).report).toMatchObject({ made: 3, failed: 0 })
}, 120_000)

it('a list that is none is refused whole', async () => {
  const { list, batch } = await setUp()
  for (const text of ['', 'lat,lng\n1,2\n', 'name,colour\na,red\n', 'name,name\na,b\n']) {
    writeFileSync(list, text)
    expect([text, (await batch()).report.error?.code]).toEqual([text, 'batch/unreadable'])
  }
})
