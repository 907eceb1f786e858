/**
 * Bytes that a device has written for each report, by how long reports wait to be synchronised together: `write_bytes` of
 * /proc/self/io (proc_pid_io(5)), which counts whole pages and leaves the journal of the file system out. A report every 20 ms,
 * each delivered 10 ms later. `npm run bench:device-writes -- FOLDER` on the disk of FOLDER; tmpfs counts nothing.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { diskOf } from '../../device-sdk/link/index.ts'
import { openOutbox } from '../../device-sdk/node/outbox.ts'

const [parent = tmpdir()] = process.argv.slice(2)
const delaysMs = [0, 5, 500]
const reports = 300
const everyMs = 20
/** A signed weather report with its heartbeat is shorter, sixty readings in one are 273 bytes. */
const messageBytes = 160

const writeBytes = (): number =>
  Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 'NaN')

const measure = async (commitDelayMs: number): Promise<number> => {
  const folder = mkdtempSync(join(parent, 'hexfix-writes-'))
  const box = openOutbox({ path: join(folder, 'outbox'), bytesMax: 2 ** 24, commitDelayMs })
  if (!box.ok) throw new Error(`${box.error.code}: ${box.error.detail}`)
  const from = writeBytes()
  for (let seq = 0; seq < reports; seq++) {
    box.value.put({ boot: 0, seq, digest: new Uint8Array(8), message: new Uint8Array(messageBytes) })
    await pause(everyMs / 2)
    const [oldest] = box.value.waiting()
    if (oldest !== undefined) box.value.done(oldest)
    await pause(everyMs / 2)
  }
  box.value.flush()
  const written = writeBytes() - from
  box.value.close()
  rmSync(folder, { recursive: true })
  return written / reports
}

const { device, fileSystem } = diskOf(parent)
process.stdout.write(`${reports} reports of ${messageBytes} bytes on ${device}, ${fileSystem}\n`)
let baseline: number | null = null
for (const delayMs of delaysMs) {
  const perReport = await measure(delayMs)
  baseline ??= perReport
  const ratio = (perReport / baseline).toFixed(3)
  process.stdout.write(`delay ${delayMs} ms: ${Math.round(perReport)} bytes written per report, ${ratio} of delay 0\n`)
}
