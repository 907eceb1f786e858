import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { getJson, runCli, startCli, startGateway, temporaryFolder } from './harness.ts'

it('an operator claims two hotspots, asserts their places, sees who hears whom, and why one was refused', {
  timeout: 90_000,
}, async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'passphrase'), 'correct horse battery staple\n', { mode: 0o600 })
  const gateway = await startGateway(join(folder, 'gateway'), { args: ['--epoch-s', '5', '--ruleset', 'simulation-1'] })
  const options = { cwd: folder, env: { HEXFIX_OWNER_PASSPHRASE_FILE: join(folder, 'passphrase') } }
  const at = ['--data', gateway.data]
  const run = (args: readonly string[]) => runCli([...args, ...at], options)
  const json = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await run([...args, '--json'])
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
    return JSON.parse(stdout)
  }
  await runCli(['owner', 'make'], options)
  const roof = await json(['hotspot', 'claim', '--dir', 'roof', '--name', 'roof'])
  expect(roof).toMatchObject({ registered: true, owner: expect.stringMatching(/^0x/) })
  await json(['hotspot', 'claim', '--dir', 'liar'])

  // Nobody can be asked here: without --yes nothing is asserted.
  const place = ['hotspot', 'assert', '47.6205', '-122.3493', '--dir', 'roof', '--gain', '2', '--height', '12']
  const unasked = await run(place)
  expect([unasked.status, unasked.stderr]).toEqual([1, expect.stringContaining('hotspot/not-confirmed')])
  expect((await json(['devices', 'show', roof.kid])).place).toBeNull()
  const asserted = await run([...place, '--yes'])
  expect(asserted.stdout).toMatch(/^scale 1\.00 here$/m)
  expect(asserted.stdout).toContain(`${roof.kid} stands in H3 cell 8c`)
  expect((await json(['devices', 'show', roof.kid])).place).toMatchObject({ gainDbi: 2, altitudeM: 12 })
  // The hotspot itself knows its cell from now on, and the entropy that its beacons come from.
  expect(JSON.parse(readFileSync(join(folder, 'roof', 'trust.json'), 'utf8'))).toMatchObject({
    cell: expect.stringMatching(/^8c/),
    entropyTip: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  await json(['hotspot', 'assert', '48.2', '-122.2', '--dir', 'liar', '--gain', '2', '--yes'])

  const air = startCli(['device', 'air', '--port', '0'])
  const [, url = ''] = /^air at (.+)$/.exec(await air.line(/^air at /)) ?? []
  const devices = [
    ['roof', '47.6205,-122.3493'],
    ['liar', '47.6080,-122.3380'],
  ].map(([dir = '', truly = '']) => {
    const radio = ['--radio', `air:${url}`, '--true-place', truly, '--true-gain', '2', '--gain', '2']
    return startCli(['device', 'run', '--dir', join(folder, dir), ...radio, '--beacon-every', '2'])
  })
  let refused: { logIndex: number } | undefined
  while (refused === undefined) {
    const { epochs } = await getJson<{ epochs: { epoch: number }[] }>(`${gateway.facts.http}/v1/epochs?limit=1`)
    const { verdicts = [] } = await getJson<{ verdicts?: { logIndex: number; kind: string; code: string }[] }>(
      `${gateway.facts.http}/v1/epochs/${epochs[0]?.epoch ?? 0}`,
    )
    refused = verdicts.find(({ code, kind }) => code === 'coverage/rssi-too-strong' && kind === 'witness')
  }
  const why = await run(['hotspot', 'why', String(refused.logIndex)])
  expect(why.stdout).toMatch(/rejected, coverage\/rssi-too-strong: -\d+(\.\d)? dBm measured, at most -\d+(\.\d)?$/m)
  expect(why.stdout).toMatch(/^ {2}likely {4}one of both stands nearer than it asserts$/m)
  expect(why.stdout).toMatch(/^ {2}turned by at least \d+(\.\d)? dB weaker$/m)
  expect(why.stdout).toMatch(/^ {2}to fix {4}Check the asserted places/m)
  const coverage = await run(['hotspot', 'coverage', '--dir', 'roof'])
  expect(coverage.stdout).toMatch(/^heard by 0 · hears 0 · in \d+ epochs$/m)
  expect(coverage.stdout).toMatch(/^ +\d+ {2}(beacon|witness) +coverage\/[a-z-]+$/m)
  expect((await json(['hotspot', 'coverage', roof.kid])).near).toBe(0)
  expect((await run(['hotspot', 'why', '999999'])).stderr).toContain('api/not-found')
  await Promise.all([...devices, air, gateway].map((one) => one.end('SIGTERM')))
})
