import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import type { RunningDevice } from '../../device-sdk/node/index.ts'
import { runHotspot } from '../../device-sdk/node/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { decode, readReport, regionOf } from '../../device-sdk/protocol/index.ts'
import { etherRadio, startAir } from '../../device-sdk/radios/index.ts'
import type { EpochRow, ShareRow } from '../../gateway/store/index.ts'
import { readStore } from '../../gateway/store/index.ts'
import { openGatewayClient } from '../../provisioning/gateway-client.ts'
import { provisionLocal } from '../../provisioning/provision.ts'
import { command, live, portsOf, root } from '../drill/processes.ts'

export type FleetOptions = {
  readonly hotspots: number
  /** How long they beacon. */
  readonly forS: number
  readonly beaconEveryS: number
  readonly epochS: number
}

const seed = 7
const gainDbi = 2
/** All hotspots share a process, and sign in it: an answer may have to wait, and the disk is synchronised for many at once. */
const answerMsMax = 20_000
const commitDelayMs = 200
/** About 1.5 km from one to the next, on a square grid. */
const step = { lat: 0.0135, lng: 0.02 }
const leafTypes = ['uint256', 'uint256', 'address', 'uint256']

const must = <T>(result: Result<T>): T => {
  if (result.ok) return result.value
  throw new Error(`${result.error.code}: ${result.error.detail ?? ''}`)
}

const getJson = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T

/** Submissions as the log has them, counted without the code that judges them. */
const submissionsIn = (data: string) => {
  const store = must(readStore(data))
  const { log } = store
  const counts = { reports: log.head(), beacons: 0, witnesses: 0 }
  for (let from = 0; from < log.head(); from += 1_000) {
    for (const { payload, code } of log.range(from, from + 1_000, 1_000)) {
      const decoded = decode(payload)
      const report = decoded.ok && code === 'accepted' ? readReport(decoded.value) : null
      for (const block of report?.ok ? report.value.blocks : []) {
        if (block.type === 'beacon') counts.beacons++
        if (block.type === 'witness') counts.witnesses += block.rows.length
      }
    }
  }
  store.close()
  return counts
}

/** Waits until an epoch has judged everything that the log holds. */
const allJudged = async (http: string, epochS: number): Promise<EpochRow[]> => {
  for (let tries = 0; tries < 4 * epochS; tries++) {
    const { epochs } = await getJson<{ epochs: EpochRow[] }>(`${http}/v1/epochs?limit=1000`)
    const { head } = await getJson<{ head: number }>(`${http}/v1/reports?limit=1`)
    if (epochs[0] !== undefined && epochs[0].logTo >= head) return epochs
    await pause(1_000)
  }
  throw new Error('no epoch judged what the log holds')
}

type EpochView = EpochRow & { readonly shares: readonly (ShareRow & { readonly proof: readonly string[] })[] }

const proofsOf = (view: EpochView): { readonly proofs: number; readonly broken: number } => {
  const broken = view.shares.filter(({ epoch, index, address, amount, proof }) => {
    const leaf = [epoch, index, `0x${address}`, amount]
    const siblings = proof.map((one) => `0x${one}`)
    return !StandardMerkleTree.verify(`0x${view.root}`, leafTypes, leaf, siblings)
  })
  return { proofs: view.shares.length, broken: broken.length }
}

/**
 * Hotspots over the simulated air and real MQTT against the shipped gateway in a process of its own: beacons, witnesses,
 * verdicts, closed epochs, Merkle proofs checked by OpenZeppelin's library, every epoch computed again by `poc replay`.
 */
export const runFleet = async ({ hotspots, forS, beaconEveryS, epochS }: FleetOptions) => {
  const startedMs = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-fleet-'))
  const data = join(folder, 'gateway')
  const args = ['gw', 'up', '--data', data, '--log', 'error', '--mqtt-port', '0', '--http-port', '0']
  const rules = ['--epoch-s', String(epochS), '--ruleset', 'simulation-1']
  const gateway = live(process.execPath, [join(root, 'dist/hexfix.js'), ...args, ...rules])
  const running: RunningDevice[] = []
  const air = must(await startAir({ seed }))
  try {
    if ((await gateway.line(/^Ctrl-C/)) === null) throw new Error(`the gateway ended: ${gateway.said()}`)
    const { http } = portsOf(data)
    const client = must(openGatewayClient({ data }))
    const region = regionOf('EU868')
    if (region === null) throw new Error('no region')
    const side = Math.ceil(Math.sqrt(hotspots))
    const events: Record<string, number> = {}
    const places: { readonly dir: string; readonly lat: number; readonly lng: number; readonly cell: string }[] = []
    for (let n = 0; n < hotspots; n++) {
      const dir = join(folder, `hotspot-${n}`)
      const [lat, lng] = [48 + Math.floor(n / side) * step.lat, 11 + (n % side) * step.lng]
      const place = { lat, lng, gainDbi }
      const made = must(await provisionLocal(client, { dir, name: `h${n}`, place, softwareVersion: '0.0.0' }))
      if (made.waiting || made.cell === null) throw new Error(`hotspot ${n} has no place`)
      places.push({ dir, lat, lng, cell: made.cell })
    }
    for (const { dir, lat, lng, cell } of places) {
      const ether = { air: `udp://127.0.0.1:${air.port}`, truePlace: { lat, lng }, gainDbi }
      const radio = must(await etherRadio({ ...ether, keepAliveMs: 5_000, answerMsMax }))
      const onEvent = ({ event }: { readonly event: string }): void => {
        events[event] = (events[event] ?? 0) + 1
      }
      const options = { dir, radio, region, cell, gainDdbi: gainDbi * 10, beaconEveryS, commitDelayMs, onEvent }
      running.push(must(await runHotspot(options)))
    }
    const readyMs = performance.now()
    await pause(forS * 1_000)
    const { transmitted, delivered } = air.stats()
    await Promise.all(running.splice(0).map((hotspot) => hotspot.close()))
    const epochs = await allJudged(http, epochS)
    const views = await Promise.all(epochs.map(({ epoch }) => getJson<EpochView>(`${http}/v1/epochs/${epoch}`)))
    const { verdicts } = await getJson<{ verdicts: Record<string, number> }>(`${http}/v1/counts`)
    const proofs = views.map(proofsOf)
    const judged = submissionsIn(data)
    let differences = 0
    for (const { epoch } of epochs) {
      const replay = await command(['poc', 'replay', '--epoch', String(epoch), '--data', data])
      differences += Array.isArray(replay.differences) ? replay.differences.length : 1
    }
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
    return {
      hotspots,
      air: { transmitted, delivered },
      ...judged,
      submissions: judged.beacons + judged.witnesses,
      verdicts: sum(Object.values(verdicts)),
      byCode: verdicts,
      epochs: epochs.length,
      proofs: sum(proofs.map((one) => one.proofs)),
      brokenProofs: sum(proofs.map(({ broken }) => broken)),
      differences,
      waiting: events['beacon/waiting'] ?? 0,
      failed: events['radio/failed'] ?? 0,
      seconds: {
        toStart: Math.round((readyMs - startedMs) / 1_000),
        all: Math.round((performance.now() - startedMs) / 1_000),
      },
    }
  } finally {
    await Promise.all(running.map((hotspot) => hotspot.close()))
    await air.close()
    gateway.child.kill('SIGTERM')
    await gateway.ended
    rmSync(folder, { recursive: true, force: true })
  }
}
