/** What the gateway's store writes for a report, by how often reports come and how long a commit waits for more. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  encodeReport,
  kidOf,
  mtypes,
  signPayload,
  standardSchema,
  toHex,
  writeCompact,
} from '../../device-sdk/protocol/index.ts'
import { nobleSigner, sha256 } from '../../device-sdk/signer/index.ts'
import { dailyQuota, replayWindow, startIngest } from '../../gateway/ingest/index.ts'
import { blockDevicesOf, openStore } from '../../gateway/store/index.ts'

const [devices, reports, warmUp] = [20, 2_000, 200]
const ratesPerS = [1, 10, 100]
const delaysMs = [0, 5, 500]
const pagesBytes = [4_096, 1_024]
const timeS = 1_790_000_000

/** Bytes that this process has made the kernel write to storage (proc_pid_io(5)); null where the system does not say. */
const writtenBytes = (): number | null => {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? Number.NaN)
  } catch {
    return null
  }
}

/** How many reports a commit holds: the first, and those that come while it waits. At least every report is one. */
const perCommit = (perS: number, delayMs: number): number => 1 + Math.floor((perS * delayMs) / 1000)

const fleet = Array.from({ length: devices }, (_, index) => {
  const signer = nobleSigner(sha256(new Uint8Array([index])))
  const kid = kidOf(signer.publicKey, sha256)
  return { kid: toHex(kid), bytes: kid, publicKey: signer.publicKey }
})
const keys = new Map(fleet.map(({ kid, publicKey }) => [kid, { publicKey, revoked: false }]))

const measure = (pageBytes: number, together: number): { perReport: number; commits: number } | null => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-writes-'))
  const opened = openStore(folder, pageBytes)
  if (!opened.ok) throw new Error(opened.error.detail)
  const store = opened.value
  try {
    let commits = 0
    const ingest = startIngest({
      net: 1,
      sha256,
      // Signatures cost no writes: none is made or checked here.
      verify: () => true,
      schemaOf: standardSchema,
      keyOf: (kid) => keys.get(kid) ?? null,
      store,
      window: replayWindow([]),
      quota: dailyQuota(store, 2 ** 40),
      pool: null,
      commitDelayMs: 60_000,
      isPending: () => false,
      onActivated: () => {},
      onCommitted: () => {
        commits += 1
      },
      onStoreDown: (error) => {
        throw error
      },
    })
    const send = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        const { kid, bytes } = fleet[i % devices] as (typeof fleet)[number]
        const block = { type: 'sensor', schema: 1, stepsS: [], columns: [[i % 4000], [551], [1325]] } as const
        const payload = encodeReport({ boot: 1, seq: Math.floor(i / devices), time: timeS, blocks: [block] })
        const binding = { mtype: mtypes.report, net: 1, kid: bytes }
        const message = writeCompact(signPayload(payload, binding, sha256, () => new Uint8Array(64).fill(i)))
        ingest.take({ kid, message, receivedMs: timeS * 1000 }, () => {})
        if ((i + 1) % together === 0) ingest.flush()
      }
      ingest.flush()
    }
    send(0, warmUp)
    commits = 0
    const before = writtenBytes()
    send(warmUp, warmUp + reports)
    const after = writtenBytes()
    return before === null || after === null ? null : { perReport: Math.round((after - before) / reports), commits }
  } finally {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Prints one line for each pattern. */
export const gatewayWrites = (): void => {
  const on = blockDevicesOf(tmpdir())
  process.stdout.write(
    `the gateway's store on ${on.join(' over ') || 'no block device'}: ${devices} devices, ${reports} reports of one reading each\n` +
      'read: write_bytes of /proc/self/io, pages that this process made the kernel write; the journal of the file system not included\n',
  )
  for (const pageBytes of pagesBytes) {
    process.stdout.write(`pages of ${pageBytes} B${pageBytes === 1_024 ? ', as on an SD card' : ''}\n`)
    for (const perS of ratesPerS) {
      for (const delayMs of delaysMs) {
        const together = perCommit(perS, delayMs)
        const measured = measure(pageBytes, together)
        const what =
          measured === null ? 'not told here' : `${measured.perReport} B a report, ${measured.commits} commits`
        process.stdout.write(`  ${perS}/s, commits wait ${delayMs} ms (${together} together): ${what}\n`)
      }
    }
  }
}
