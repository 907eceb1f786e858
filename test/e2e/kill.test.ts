import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, expect, it } from 'vitest'
import { cli, root, runCli, startGateway, temporaryFolder } from './harness.ts'
import { enrolFleet, startLoad } from './load.ts'

const kills = 10
const devices = 10
const reportsPerLife = 500
const rateMin = 500

const mutants = join(root, '.cache', `mutant-${process.pid}`)
afterAll(() => rmSync(mutants, { recursive: true, force: true }))

/** The shipped command line with one line of the ingest changed: it acknowledges first and commits a little later. */
const buildAckEarly = async (): Promise<string> => {
  const commit = 'const indexes = deps.store.log.append(drafts)'
  const early =
    'for (const { settle } of batch) settle(null); setTimeout(() => deps.store.log.append(drafts), 30); return'
  let changed = 0
  await build({
    absWorkingDir: root,
    entryPoints: { hexfix: 'bin/hexfix.ts' },
    outdir: mutants,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'ack-early',
        setup: (plan) => {
          plan.onLoad({ filter: /gateway\/ingest\/ingest\.ts$/ }, ({ path }) => {
            const source = readFileSync(path, 'utf8')
            if (source.includes(commit)) changed++
            return { contents: source.replace(commit, early), loader: 'ts' }
          })
        },
      },
    ],
  })
  expect(changed).toBe(1)
  return join(mutants, 'hexfix.js')
}

/** Kills the gateway again and again under load. @returns what the operator's own audit says of store and journal. */
const killAgainAndAgain = async (program: string, times: number) => {
  const folder = temporaryFolder()
  const data = join(folder, 'gateway')
  const journal = join(folder, 'journal.ndjson')
  // Ten devices stand for a fleet: what one may send is raised to that.
  const config = join(folder, 'gateway.json')
  writeFileSync(config, JSON.stringify({ publishesPerSMax: 1_000_000, bytesPerSMax: 1_000_000_000 }))
  const args = ['--config', config]
  let gateway = await startGateway(data, { cli: program, args })
  const fleet = await enrolFleet(data, gateway.facts.net, devices)
  const load = startLoad(fleet, gateway.facts, journal)
  let upMs = 0
  let underWayMin = Number.POSITIVE_INFINITY
  for (let life = 0; life < times; life++) {
    await load.more(1)
    const from = performance.now()
    await load.more(reportsPerLife)
    upMs += performance.now() - from
    underWayMin = Math.min(underWayMin, load.underWay())
    await gateway.end('SIGKILL')
    gateway = await startGateway(data, { again: gateway.facts, cli: program, args })
  }
  await load.more(1)
  await load.stop()
  await gateway.end('SIGTERM')
  const audit = await runCli(['gw', 'audit', journal, '--data', data, '--json'])
  const document = JSON.parse(audit.stdout) as { acknowledged: number; lost: number; twice: number }
  const rate = Math.round((1000 * times * reportsPerLife) / upMs)
  process.stdout.write(`${times} kills at ${rate} reports/s, at least ${underWayMin} under way\n`)
  return { ...document, status: audit.status, rate, underWayMin }
}

it(`loses and doubles nothing over ${kills} kill -9 under at least ${rateMin} reports/s, each with reports under way`, {
  timeout: 120_000,
}, async () => {
  const { acknowledged, lost, twice, status, rate, underWayMin } = await killAgainAndAgain(cli, kills)
  expect({ lost, twice, status }).toEqual({ lost: 0, twice: 0, status: 0 })
  expect(acknowledged).toBeGreaterThan(kills * reportsPerLife)
  expect(rate).toBeGreaterThan(rateMin)
  expect(underWayMin).toBeGreaterThan(0)
})

it('catches a gateway that acknowledges before it commits', { timeout: 120_000 }, async () => {
  const { lost, status } = await killAgainAndAgain(await buildAckEarly(), 2)
  expect(lost).toBeGreaterThan(0)
  expect(status).toBe(1)
})
