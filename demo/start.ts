import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Code } from '../device-sdk/protocol/index.ts'
import { codes } from '../device-sdk/protocol/index.ts'
import { actsOf } from './acts.ts'
import type { Attacker } from './attacker.ts'
import { openAttacker, readRun } from './attacker.ts'
import type { Board } from './board.ts'
import { startBoard } from './board.ts'
import { hotspots, record } from './cast.ts'
import type { Child, Run } from './children.ts'
import { runCommand, startChild } from './children.ts'
import { openControl } from './control.ts'
import { countsOf, summarise } from './summary.ts'
import { walk } from './walk.ts'

const epochS = 5
const attackAtMs = 6_000
const killAtMs = 8_000

const complain = (code: Code, error: unknown): void => {
  const { meaning, next } = codes[code]
  process.stderr.write(
    `${code}: ${meaning} (${error instanceof Error ? error.message : String(error)})\n  next: ${next}\n`,
  )
}

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: { for: { type: 'string' }, json: { type: 'boolean' }, keep: { type: 'boolean' } },
    })
    const forS = values.for === undefined ? null : Number(values.for)
    if (forS !== null && !(forS > 0)) throw new Error(`--for ${values.for} is no number of seconds`)
    return { forS, json: values.json === true, keep: values.keep === true }
  } catch (error) {
    complain('start/wrong-use', error)
    process.exit(2)
  }
}

const options = readOptions()
const startedMs = Date.now()
const folder = mkdtempSync(join(tmpdir(), 'hexfix-start-'))
const say = (line: string): void => {
  ;(options.json ? process.stderr : process.stdout).write(`${line}\n`)
}
let firstVerifiedMs: number | null = null
let tellVerified = (): void => {}
const verified = new Promise<void>((resolve) => {
  tellVerified = resolve
})
const run: Run = {
  cli: fileURLToPath(new URL('./hexfix.js', import.meta.url)),
  say,
  onLine: (_name, line) => {
    if (firstVerifiedMs !== null || !/^<- report .* accepted/.test(line)) return
    firstVerifiedMs = Date.now() - startedMs
    tellVerified()
  },
}
const data = join(folder, 'gateway')
const journals: string[] = []
const devices: Child[] = []
const substituted: { readonly device: string; readonly reason: string }[] = []

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
const at = (sinceStartMs: number): Promise<void> => pause(startedMs + sinceStartMs - Date.now())

const startGateway = async (ports: readonly string[]): Promise<Child> => {
  const gateway = startChild(run, 'gateway', [
    'gw',
    'up',
    '--data',
    data,
    '--epoch-s',
    String(epochS),
    '--ruleset',
    'simulation-1',
    ...ports,
  ])
  await gateway.line(/^Ctrl-C/)
  return gateway
}

/** Key, proof of possession, registration: the path that every device takes. */
const provision = async (name: string, more: readonly string[] = []): Promise<string> => {
  const dir = join(folder, name)
  const made = await runCommand(run, ['provision', '--local', '--data', data, '--dir', dir, '--name', name, ...more])
  say(`${name.padEnd(8)} provisioned: device ${String(made.kid)}`)
  return dir
}

const startDevice = (name: string, dir: string, args: readonly string[]): void => {
  const journal = join(folder, `${name}.ndjson`)
  journals.push(journal)
  devices.push(startChild(run, name, ['device', 'run', '--dir', dir, '--journal', journal, ...args]))
}

const startAll = async (): Promise<void> => {
  const air = startChild(run, 'air', ['device', 'air', '--port', '0'])
  const [, url = ''] = await air.line(/^air at (.+)$/)
  devices.push(air)
  startDevice('machine', await provision('machine'), ['--sensor', 'host', '--every', '1'])
  startDevice('weather', await provision('weather'), ['--sensor', `replay:${record(import.meta.url)}`, '--every', '1'])
  await Promise.all(
    hotspots.map(async ({ name, claimed, truly }) => {
      const dir = await provision(name, ['--place', claimed, '--gain', '2'])
      startDevice(name, dir, [
        '--radio',
        `air:${url}`,
        '--true-place',
        truly,
        '--true-gain',
        '2',
        '--gain',
        '2',
        '--beacon-every',
        '2',
      ])
    }),
  )
}

/** The third device. Emulating a processor takes one: it waits until the others are verified. */
const boardPhase = async (): Promise<Board | null> => {
  await verified
  const board = await startBoard(fileURLToPath(new URL('./arduino.js', import.meta.url)), join(folder, 'tty-arduino'))
  if ('sensor' in board) {
    say(`arduino  an emulated Uno with StandardFirmata and a BME280, at ${board.port}`)
    startDevice('arduino', await provision('arduino'), ['--sensor', board.sensor, '--every', '1'])
    return board
  }
  const { reason } = board
  substituted.push({ device: 'arduino', reason })
  say(
    `arduino  cannot be emulated here: ${reason}. Instead: made NMEA sentences of a walk, replayed as the device "walker"`,
  )
  const file = join(folder, 'walk.nmea')
  writeFileSync(file, walk())
  startDevice('walker', await provision('walker'), ['--sensor', `nmea:${file}`, '--every', '1'])
  return null
}

let made: Promise<Attacker> | null = null
/** Provisioned when it is asked for the first time. */
const attacker = (): Promise<Attacker> => {
  made ??= provision('mallory').then((dir) => openAttacker(join(dir, 'device.key')))
  return made
}

const attackPhase = async (): Promise<void> => {
  const mallory = await attacker()
  const target = readRun(join(data, 'run.json'))
  const report = (await (await fetch(`${target.http}/v1/reports/1`)).json()) as { message: string }
  say('mallory  a registered device misbehaves, over real sockets:')
  for (const { what, end } of await mallory.all(target, report.message)) say(`mallory  ${what}: ${end}`)
}

let gateway: Child | null = null

const killGateway = async (): Promise<void> => {
  const { mqtt, http } = readRun(join(data, 'run.json'))
  say('gateway  killed with -9')
  await gateway?.end('SIGKILL')
  gateway = await startGateway(['--mqtt-port', new URL(mqtt).port, '--http-port', new URL(http).port])
  say('gateway  came back on the same store')
}

/** On a slow machine the hotspots may have come late: the run is over when an epoch has judged them. */
const judged = async (): Promise<void> => {
  const { http } = readRun(join(data, 'run.json'))
  for (let tries = 0; tries < 2 * epochS; tries++) {
    const { verdicts } = await countsOf(http)
    if (Object.keys(verdicts).length > 0) return
    await pause(1_000)
  }
}

const interrupted = new Promise<void>((resolve) => {
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
})
const until = <T>(work: Promise<T>): Promise<T | undefined> => Promise.race([work, interrupted.then(() => undefined)])

const main = async (): Promise<void> => {
  gateway = await startGateway(['--mqtt-port', '0', '--http-port', '0'])
  const { http } = readRun(join(data, 'run.json'))
  const acts = actsOf({ data, epochS, attacker, killGateway })
  // What the script does and what the buttons do never cross.
  const control = await openControl(http, acts)
  say(`page     ${http}/${control.fragment}`)
  const monitor = startChild(run, 'monitor', ['monitor', '--data', data])
  // Caught where it is awaited.
  const third = boardPhase()
  third.catch(() => {})
  await startAll()
  await until(at(attackAtMs))
  await control.perform(attackPhase)
  await until(at(killAtMs))
  await control.perform(killGateway)
  await until(options.forS === null ? interrupted : at(options.forS * 1000 - 1_500))
  await until(judged())

  await control.close()
  const board = await until(third)
  await Promise.all(devices.map((device) => device.end('SIGTERM')))
  await board?.stop()
  const facts = readRun(join(data, 'run.json'))
  const totals = await summarise(facts.http)
  await monitor.end('SIGTERM')
  await gateway?.end('SIGTERM')
  const audit = await runCommand(run, ['gw', 'audit', ...journals, '--data', data], true)
  if (audit.error !== undefined) throw new Error(`hexfix gw audit failed: ${JSON.stringify(audit.error)}`)
  const document = {
    ...totals,
    acknowledged: audit.acknowledged,
    lost: audit.lost,
    verifier: facts.verifier,
    store: facts.store,
    firstVerifiedMs,
    substituted,
  }
  if (options.json) process.stdout.write(`${JSON.stringify(document)}\n`)
  else say(`\n${JSON.stringify(document, null, 2)}`)
  if (audit.lost !== 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  complain('start/failed', error)
  process.exitCode = 1
} finally {
  if (options.keep) say(`kept ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
process.exit()
