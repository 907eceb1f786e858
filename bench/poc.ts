/** A million lines through `hexfix poc verify`: rate and peak memory, beside the same command on a tenth of them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { worldLines } from './poc-world.ts'

const cli = fileURLToPath(new URL('../dist/hexfix.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hexfix-bench-'))
const dayMs = 86_400_000
const pollMs = 20

const write = async (path: string, beacons: number): Promise<void> => {
  const file = createWriteStream(path)
  let waiting: string[] = []
  for (const line of worldLines({ seed: 1, hotspots: 5_000, beacons, witnesses: 12, spanMs: 7 * dayMs })) {
    waiting.push(line)
    if (waiting.length < 5_000) continue
    if (!file.write(`${waiting.join('\n')}\n`)) await once(file, 'drain')
    waiting = []
  }
  file.end(`${waiting.join('\n')}\n`)
  await once(file, 'finish')
}

/** Linux keeps the peak of a process until it has ended. */
const peakOf = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

const verify = async (input: string): Promise<{ lines: number; seconds: number; peakMiB: number }> => {
  const started = performance.now()
  const args = ['poc', 'verify', '--profile', 'helium-2026', '--input', input, '--output', `${input}.out`, '--json']
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let [peakMiB, text] = [0, '']
  child.stdout.on('data', (part) => {
    text += String(part)
  })
  const timer = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakOf(child.pid ?? 0))
  }, pollMs)
  await once(child, 'close')
  clearInterval(timer)
  const { lines } = JSON.parse(text) as { lines: number }
  return { lines, seconds: (performance.now() - started) / 1000, peakMiB }
}

try {
  const results: Awaited<ReturnType<typeof verify>>[] = []
  for (const beacons of [7_300, 76_600]) {
    const input = join(folder, `${beacons}.ndjson`)
    await write(input, beacons)
    const result = await verify(input)
    results.push(result)
    const size = Math.round(statSync(input).size / 2 ** 20)
    const rate = Math.round(result.lines / result.seconds)
    console.log(
      `${result.lines} lines (${size} MiB): ${result.seconds.toFixed(1)} s, ${rate} lines/s, peak ${Math.round(result.peakMiB)} MiB`,
    )
  }
  const [small, large] = results
  if (small !== undefined && large !== undefined) {
    const [lines, memory] = [large.lines / small.lines, large.peakMiB / small.peakMiB]
    console.log(`${lines.toFixed(1)} times the lines take ${memory.toFixed(2)} times the memory`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
