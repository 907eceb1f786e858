/**
 * Reports acknowledged a second, after a commit with full synchronisation, two cores in all: the gateway, and a load process of
 * its own. Baseline of the same run: one core that does nothing but the addon's verifications with hashing.
 */
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { encodeReport, kidOf, mtypes, toBeSigned } from '../device-sdk/protocol/index.ts'
import { sha256 as nobleSha256, nobleSigner } from '../device-sdk/signer/index.ts'
import { verifierLoaders } from '../gateway/verifier/index.ts'

const [devices, reports, inFlight] = [50, 1_500, 64]
const root = fileURLToPath(new URL('..', import.meta.url))
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')

type Rate = { readonly perS: number; readonly cpuUs: number }

const baseline = async (): Promise<Rate> => {
  const verifier = await verifierLoaders.addon()
  const signer = nobleSigner(new Uint8Array(32).fill(7))
  const binding = { mtype: mtypes.report, net: 1, kid: kidOf(signer.publicKey, nobleSha256) }
  const cases = Array.from({ length: 64 }, (_, seq) => {
    const block = { type: 'sensor', schema: 1, stepsS: [], columns: [[seq], [551], [1325]] } as const
    const payload = encodeReport({ boot: 1, seq, time: 1_790_000_000, blocks: [block] })
    return { payload, signature: signer.sign(sha256(toBeSigned(binding, payload))) }
  })
  const from = performance.now()
  const fromCpu = process.cpuUsage()
  let count = 0
  while (performance.now() - from < 3_000) {
    for (const { payload, signature } of cases) {
      if (!verifier.verify(sha256(toBeSigned(binding, payload)), signer.publicKey, signature))
        throw new Error('a good one fails')
      count++
    }
  }
  const { user, system } = process.cpuUsage(fromCpu)
  return { perS: (1000 * count) / (performance.now() - from), cpuUs: (user + system) / count }
}

/** CPU time of a process since its start, in us, in the ticks of a hundredth that Linux counts; 0 where it does not say. */
const cpuUsOf = (pid: number | undefined): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return 10_000 * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return 0
  }
}

type Load = { readonly perS: number; readonly cpuUs: number }
type Measured = Load & { readonly gatewayCpuUs: number }

const settings = {
  HEXFIX_IN_FLIGHT_MAX: String(inFlight),
  HEXFIX_QUOTA_BYTES_PER_DAY: String(2 ** 40),
  HEXFIX_PUBLISHES_PER_S_MAX: '1000000',
  HEXFIX_BYTES_PER_S_MAX: '1000000000',
}

/** At its first start a gateway makes its entropy chain for a second or two: that is no part of ingest. */
const chainMade = async (data: string): Promise<void> => {
  const { http } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { http: string }
  for (;;) {
    const { entropyTip } = (await (await fetch(`${http}/v1/gateway`)).json()) as { entropyTip: string | null }
    if (entropyTip !== null) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const measure = async (data: string, receipts: boolean): Promise<Measured> => {
  const env = { ...process.env, ...settings }
  const args = ['dist/hexfix.js', 'gw', 'up', '--data', data, '--mqtt-port', '0', '--http-port', '0', '--log', 'error']
  const gateway = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    for await (const line of createInterface({ input: gateway.stdout })) if (line.startsWith('Ctrl-C')) break
    await chainMade(data)
    const numbers = [devices, reports, inFlight].map(String)
    const load = ['--import', 'tsx', 'bench/ingest-load.ts', data, ...numbers, receipts ? 'receipts' : 'none']
    const running = spawn(process.execPath, load, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    let fromUs = 0
    let last = ''
    for await (const line of createInterface({ input: running.stdout })) {
      if (line === 'ready') fromUs = cpuUsOf(gateway.pid)
      last = line
    }
    const gatewayCpuUs = (cpuUsOf(gateway.pid) - fromUs) / (devices * reports)
    return { ...(JSON.parse(last) as Load), gatewayCpuUs }
  } finally {
    gateway.kill('SIGKILL')
  }
}

const folder = mkdtempSync(join(tmpdir(), 'hexfix-bench-'))
try {
  process.stdout.write(
    `${devices} devices, ${reports} reports each, ${inFlight} in flight, per-device limits raised to that\n`,
  )
  process.stdout.write(
    `${JSON.stringify(settings)}; ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}\n`,
  )
  for (const receipts of [false, true]) {
    const before = await baseline()
    const { perS, cpuUs, gatewayCpuUs } = await measure(join(folder, receipts ? 'receipts' : 'plain'), receipts)
    const after = await baseline()
    const one = (before.perS + after.perS) / 2
    const oneUs = (before.cpuUs + after.cpuUs) / 2
    const ofCpu = (2 * oneUs) / (cpuUs + gatewayCpuUs)
    process.stdout.write(
      `${receipts ? 'with signed receipts to every device' : 'devices that ask for no receipts'}\n` +
        `  baseline, one core of addon verifications with hashing: ${Math.round(one)}/s\n` +
        `  acknowledged after commit: ${perS}/s, ${(perS / one).toFixed(2)} times the baseline\n` +
        `  CPU: gateway ${gatewayCpuUs.toFixed(1)} us, load ${cpuUs} us a report, baseline ${oneUs.toFixed(1)} us: ` +
        `two cores with nothing else to do reach at most ${ofCpu.toFixed(2)} times the baseline\n`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
