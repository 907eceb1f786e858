import { readFileSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { lockFolder } from '../../device-sdk/link/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import manifest from '../../package.json' with { type: 'json' }
import { openJournal } from '../batch/journal.ts'
import { readRows } from '../batch/rows.ts'
import type { Outcome } from '../batch/run.ts'
import { runBatch } from '../batch/run.ts'
import { runTray } from '../batch/tray.ts'
import type { GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { readFacts } from '../gateway-facts.ts'
import type { OwnerOptions } from './owner-key.ts'
import { findOwner } from './owner-key.ts'
import type { WifiOptions } from './wifi.ts'
import { networkOf, warnOfLoopback } from './wifi.ts'

export type BatchOptions = GatewayOptions &
  WifiOptions &
  OwnerOptions & { readonly out: string; readonly port?: string; readonly json?: boolean }
type Report = {
  readonly made: number
  readonly kept: number
  readonly failed: number
  /** Rows that were not tried, because the gateway went away. */
  readonly left: number
  readonly devices: readonly Outcome[]
}

const readText = (path: string): Result<string> => {
  try {
    return ok(readFileSync(path, 'utf8'))
  } catch (error) {
    return fail('batch/unreadable', error instanceof Error ? error.message : path)
  }
}

const rowLine = (outcome: Outcome): string => {
  const { line, name, state } = outcome
  const start = `${String(line).padStart(5)}  ${name.padEnd(20)}`
  return state === 'failed'
    ? `${start}  ${outcome.error.code}`
    : `${start}  ${outcome.kid}  ${outcome.words.padEnd(26)}  ${state}`
}

const reportOf = (devices: readonly Outcome[], rows: number): Report => {
  const count = (state: Outcome['state']): number => devices.filter((one) => one.state === state).length
  return { made: count('made'), kept: count('kept'), failed: count('failed'), left: rows - devices.length, devices }
}

/** The person at the tray, who may stop at any time. */
const atTray = ({ say, warn }: Console) => {
  const stop = new AbortController()
  void interrupted().then(() => stop.abort())
  return { signal: stop.signal, say, warn }
}

const batch = async (file: string, options: BatchOptions, console: Console): Promise<Result<Report>> => {
  const text = readText(file)
  const rows = text.ok ? readRows(text.value) : text
  if (!rows.ok) return rows
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const facts = await readFacts(client.value)
  if (!facts.ok) return facts
  const network = await networkOf(options)
  if (!network.ok) return network
  const wifi = network.value === null ? {} : { wifi: network.value }
  if (network.value !== null) warnOfLoopback(facts.value, console)
  const owner = await findOwner(options)
  if (!owner.ok) return owner
  if (owner.value !== null && owner.value.signatures.signers.length === 0) {
    return fail('owner/missing', 'a batch is signed by a key that is here')
  }
  const free = await lockFolder(options.out)
  const journal = free.ok ? openJournal(options.out) : free
  if (!journal.ok) return journal
  const claimant = owner.value === null ? null : { owner: owner.value.address, signatures: owner.value.signatures }
  const how = { out: options.out, softwareVersion: manifest.version, claimant }
  const deps = { client: client.value, facts: facts.value, journal: journal.value }
  const tell = (outcome: Outcome): void => console.say(rowLine(outcome))
  const { port } = options
  const outcomes =
    port === undefined
      ? await runBatch(deps, rows.value, how, tell)
      : await runTray(deps, rows.value, { ...how, ...wifi, ...atTray(console), port }, tell)
  journal.value.close()
  return ok(reportOf(outcomes, rows.value.length))
}

const reportLines = ({ made, kept, failed, left }: Report, { out, port }: BatchOptions): string[] => [
  `${made} made, ${kept} kept, ${failed} failed${left === 0 ? '' : `, ${left} not tried`}, in ${out}`,
  made + kept === 0 ? 'nothing was made' : 'pending: each becomes active at its first accepted report within 24 h',
  `next: hexfix devices label --batch ${out} --out labels.pdf${port === undefined ? ', and one folder to each card' : ''}`,
]

export const provisionBatch = async (file: string, options: BatchOptions, console: Console): Promise<void> => {
  const report = await batch(file, options, console)
  if (report.ok) {
    for (const outcome of report.value.devices) if (outcome.state === 'failed') console.warn(outcome.error)
    if (report.value.failed + report.value.left > 0) process.exitCode = 1
  }
  console.finish(report, (done) => reportLines(done, options))
  // The handlers of signals would keep the process.
  if (options.port !== undefined) process.exit()
}
