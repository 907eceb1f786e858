import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import { readOutbox } from '../../device-sdk/link/index.ts'
import { decode, readReport } from '../../device-sdk/protocol/index.ts'
import { readStore } from '../../gateway/store/index.ts'
import type { Random } from '../fuzz/random.ts'
import { randomFrom } from '../fuzz/random.ts'
import type { Life, Ports } from './processes.ts'
import { command, killBelow, live, portsOf, root, startGateway } from './processes.ts'

export type DrillOptions = {
  readonly seed: number
  /** Kills in each of the three phases of a device that its gateway answers. */
  readonly perDevicePhase: number
  /** The same of one whose gateway is away, so that its outbox overflows. */
  readonly perAwayPhase: number
  /** Kills in each of the three phases of the gateway. */
  readonly perGatewayPhase: number
  /** Of each kind, answered and away. */
  readonly devices: number
  /** Changes one piece of the device's source: what the drill must find. */
  readonly plant?: { readonly file: RegExp; readonly from: string; readonly to: string }
}

const devicePhases = ['before', 'torn', 'after'] as const
/** Before a page is written (in the middle of a commit, but for the first), before it is synchronised, before it is answered. */
const gatewayPhases = { page: 'pwrite64', sync: 'fdatasync,fsync', answer: 'write,writev' } as const
const callsMax = { device: 40, page: 90, sync: 20, answer: 120 }
const lifeMsMax = 10_000
/** On a slow machine a life may not come to its call in time: an earlier one is drawn, in the end the first. */
const triesMax = 8
const drainMsMax = 300_000
const everyMs = 10
const roomyBytes = 16 * 1024 * 1024
/** Some dozen reports of the drill, and more than that. */
const tightBytes = 20_000
const overflowReports = 20
const numbersPerLife = 100_000

const buildDevice = async (folder: string, plant: DrillOptions['plant']): Promise<string> => {
  let planted = 0
  await build({
    absWorkingDir: root,
    entryPoints: { device: 'bench/drill/device.ts' },
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'plant',
        setup: ({ onLoad }) => {
          if (plant === undefined) return
          onLoad({ filter: plant.file }, ({ path }) => {
            const source = readFileSync(path, 'utf8')
            if (source.includes(plant.from)) planted++
            return { contents: source.replace(plant.from, plant.to), loader: 'ts' }
          })
        },
      },
    ],
  })
  if (plant !== undefined && planted !== 1) throw new Error('the fault was not planted')
  return join(folder, 'device.js')
}

/** What the gateway stored, by number: how often. */
const storedIn = (data: string): Map<number, number> => {
  const store = readStore(data)
  if (!store.ok) throw new Error(store.error.code)
  const found = new Map<number, number>()
  const { log } = store.value
  for (let from = 0; from < log.head(); from += 1_000) {
    for (const { payload } of log.range(from, from + 1_000, 1_000)) {
      const decoded = decode(payload)
      const report = decoded.ok ? readReport(decoded.value) : decoded
      const [block] = report.ok ? report.value.blocks : []
      const number = block?.type === 'sensor' ? block.columns[0]?.[0] : null
      if (typeof number === 'number') found.set(number, (found.get(number) ?? 0) + 1)
    }
  }
  store.value.close()
  return found
}

const endOf = async (life: Life, msMax: number): Promise<boolean> => {
  const late = new AbortController()
  const ended = await Promise.race([
    life.ended.then(() => true),
    pause(msMax, false, { signal: late.signal }).catch(() => false),
  ])
  late.abort()
  return ended
}

/** Kills devices, then gateways, over their I/O; then lets everything be delivered, and counts. */
export const runDrill = async ({ seed, plant, devices, ...per }: DrillOptions) => {
  const startedMs = performance.now()
  const random: Random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-drill-'))
  const cache = join(root, '.cache', `drill-${process.pid}`)
  mkdirSync(cache, { recursive: true })
  const kills: Record<string, number> = {}
  const signed: number[] = []
  const running = new Set<Life>()
  let notReached = 0
  let lifeNumber = 0
  try {
    const program = await buildDevice(cache, plant)
    const data = join(folder, 'gateway')
    let gateway = startGateway(data, null, null)
    running.add(gateway)
    await gateway.line(/^Ctrl-C/)
    const ports: Ports = portsOf(data)
    const journal = join(folder, 'journal.ndjson')
    writeFileSync(journal, '')
    const foldersOf = (kind: string): string[] => Array.from({ length: devices }, (_, i) => join(folder, kind + i))
    const [answered, away] = [foldersOf('answered'), foldersOf('away')]
    const dirs = [...answered, ...away]
    await Promise.all(dirs.map((dir) => command(['provision', '--local', '--data', data, '--dir', dir])))

    const startDevice = (dir: string, every: number, kill: string | null, outboxBytes = roomyBytes): Life => {
      const preload = ['--import', join(root, 'bench/drill/kill-at.mjs')]
      const args = [program, dir, journal, String(lifeNumber++ * numbersPerLife), String(every)]
      const env = { DRILL_FOLDER: dir, DRILL_KILL: kill ?? '', DRILL_OUTBOX_BYTES: String(outboxBytes) }
      const life = live(process.execPath, kill === null ? args : [...preload, ...args], env)
      running.add(life)
      return life
    }
    const take = (life: Life): void => {
      running.delete(life)
      for (const line of life.lines()) if (line.startsWith('signed ')) signed.push(Number(line.slice(7)))
    }
    /** Starts lives that are killed at a drawn call, until one comes to it. */
    const kill = async (what: string, most: number, start: (call: number) => Life): Promise<void> => {
      for (let tries = 0; tries < triesMax; tries++) {
        const life = start(1 + random.below(Math.max(1, most >> tries)))
        running.add(life)
        const reached = await endOf(life, lifeMsMax)
        if (!reached) {
          killBelow(life)
          if (!what.startsWith('gateway')) life.child.kill('SIGKILL')
          await life.ended
        }
        take(life)
        if (life.child.signalCode !== 'SIGKILL') throw new Error(`${what}: it ended by itself: ${life.said()}`)
        if (reached) {
          kills[what] = (kills[what] ?? 0) + 1
          return
        }
        notReached++
      }
    }

    const killDevices = async (kind: string, rounds: number, among: readonly string[], bytes: number) => {
      for (let round = 0; round < rounds; round++) {
        for (const phase of devicePhases) {
          await kill(`${kind}/${phase}`, callsMax.device, (call) =>
            startDevice(among[lifeNumber % devices] ?? '', everyMs, `${phase}:${call}`, bytes),
          )
        }
      }
    }
    await killDevices('device', per.perDevicePhase, answered, roomyBytes)
    gateway.child.kill('SIGTERM')
    await gateway.ended
    for (const dir of per.perAwayPhase > 0 ? away : []) {
      const overflowing = `signed ${lifeNumber * numbersPerLife + overflowReports}`
      const life = startDevice(dir, everyMs, null, tightBytes)
      await life.line(new RegExp(`^${overflowing}$`))
      life.child.kill('SIGKILL')
      await life.ended
      take(life)
    }
    await killDevices('away', per.perAwayPhase, away, tightBytes)

    const load = dirs.map((dir) => startDevice(dir, 3 * everyMs, null))
    for (let round = 0; round < per.perGatewayPhase; round++) {
      for (const [phase, calls] of Object.entries(gatewayPhases)) {
        await kill(`gateway/${phase}`, callsMax[phase as keyof typeof gatewayPhases], (call) =>
          startGateway(data, ports, `${calls}:signal=KILL:when=${call}`),
        )
      }
    }
    for (const life of load) {
      life.child.kill('SIGTERM')
      await life.ended
      take(life)
    }

    gateway = startGateway(data, ports, null)
    running.add(gateway)
    await gateway.line(/^Ctrl-C/)
    const drain = async (dir: string): Promise<void> => {
      const life = startDevice(dir, 0, null)
      if ((await Promise.race([life.line(/^drained/), pause(drainMsMax, null, { ref: false })])) === null)
        throw new Error(`${dir} has more`)
      await life.ended
      take(life)
    }
    await Promise.all(dirs.map(drain))
    gateway.child.kill('SIGTERM')
    await gateway.ended

    const stored = storedIn(data)
    const { acknowledged, lost, twice } = await command(['gw', 'audit', journal, '--data', data])
    const dropped = dirs
      .map((dir) => readOutbox(join(dir, 'outbox')))
      .reduce((sum, one) => sum + (one.ok ? one.value.dropped : 0), 0)
    return {
      seed,
      kills,
      /** Lives that went on past their call: they were killed at no call in particular. */
      notReached,
      signed: signed.length,
      acknowledged,
      stored: stored.size,
      dropped,
      lost,
      twice: Number(twice) + [...stored.values()].filter((times) => times > 1).length,
      /** Signed and durable by the device's word, and neither stored nor counted as dropped. */
      missing: Math.max(0, signed.filter((number) => !stored.has(number)).length - dropped),
      seconds: Math.round((performance.now() - startedMs) / 1000),
    }
  } finally {
    for (const life of running) {
      killBelow(life)
      life.child.kill('SIGKILL')
    }
    rmSync(folder, { recursive: true, force: true })
    rmSync(cache, { recursive: true, force: true })
  }
}
