/**
 * Reports acknowledged a second, after a commit with full synchronisation, two cores in all: the gateway, and a load process of
 * its own. Baseline of the same run: one core that does nothing but the addon's verifications with hashing.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { encodeReport, kidOf, mtypes, toBeSigned } from '../device-sdk/protocol/index.ts'
import { sha256 as nobleSha256, nobleSigner } from '../device-sdk/signer/index.ts'
import { verifierLoaders } from '../gateway/verifier/index.ts'

const [devices, reports, inFlight] = [50, 1_500, 64]
const root = fileURLToPath(new URL('..', import.meta.url))
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

const baseline = async (): Promise<number> => {
  const verifier = await verifierLoaders.addon()
  const signer = nobleSigner(new Uint8Array(32).fill(7))
  const binding = { mtype: mtypes.report, net: 1, kid: kidOf(signer.publicKey, nobleSha256) }
  const cases = Array.from({ length: 64 }, (_, seq) => {
    const block = { type: 'sensor', schema: 1, stepsS: [], columns: [[seq], [551], [1325]] } as const
    const payload = encodeReport({ boot: 1, seq, time: 1_790_000_000, blocks: [block] })
    return { payload, signature: signer.sign(sha256(toBeSigned(binding, payload))) }
  })
  const from = performance.now()
  let count = 0
  while (performance.now() - from < 3_000) {
    for (const { payload, signature } of cases) {
      if (!verifier.verify(sha256(toBeSigned(binding, payload)), signer.publicKey, signature))
        throw new Error('a good one fails')
      count++
    }
  }
  return (1000 * count) / (performance.now() - from)
}

const measure = async (data: string): Promise<number> => {
  const env = {
    ...process.env,
    HEXFIX_IN_FLIGHT_MAX: String(inFlight),
    HEXFIX_QUOTA_BYTES_PER_DAY: String(2 ** 40),
    HEXFIX_PUBLISHES_PER_S_MAX: '1000000',
    HEXFIX_BYTES_PER_S_MAX: '1000000000',
  }
  const args = ['dist/hexfix.js', 'gw', 'up', '--data', data, '--mqtt-port', '0', '--http-port', '0', '--log', 'error']
  const gateway = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    for await (const line of createInterface({ input: gateway.stdout })) if (line.startsWith('Ctrl-C')) break
    const load = ['--import', 'tsx', 'bench/ingest-load.ts', data, String(devices), String(reports), String(inFlight)]
    const said = execFileSync(process.execPath, load, { cwd: root, encoding: 'utf8' })
    return (JSON.parse(said) as { perS: number }).perS
  } finally {
    gateway.kill('SIGKILL')
  }
}

const folder = mkdtempSync(join(tmpdir(), 'hexfix-bench-'))
try {
  process.stdout.write(
    `${devices} devices, ${reports} reports each, ${inFlight} in flight, per-device limits raised to that\n`,
  )
  const before = await baseline()
  const perS = await measure(join(folder, 'gateway'))
  const after = await baseline()
  const one = (before + after) / 2
  process.stdout.write(`baseline, one core of addon verifications with hashing: ${Math.round(one)}/s\n`)
  process.stdout.write(`acknowledged after commit: ${perS}/s, ${(perS / one).toFixed(2)} times the baseline\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
