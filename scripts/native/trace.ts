/** The sequence of executed addresses and memory accesses of each run, compared with that of the first. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { arenaOf, type Request } from './emulator.ts'

export type Trace = {
  readonly result: number
  readonly instructions: number
  /** Loads and stores. */
  readonly accesses: number
  /** Where this run parts from the first one; null where it does not. */
  readonly differs: string | null
}

// Why: Debian's unicorn belongs to Debian's Python, which need not be the first one on the path.
const python = '/usr/bin/python3'
const script = fileURLToPath(new URL('trace.py', import.meta.url))

/** Traces each request under unicorn's Cortex-M4. Throws with its words when it cannot. */
export function traceRuns(code: Uint8Array, table: Uint8Array, requests: readonly Request[]): Trace[] {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-trace-'))
  try {
    const files = [join(folder, 'code.bin'), join(folder, 'table.bin')] as const
    writeFileSync(files[0], code)
    writeFileSync(files[1], table)
    const line = (one: Request) => ({ what: one.operation, arena: Buffer.from(arenaOf(one)).toString('hex') })
    const input = requests.map((one) => `${JSON.stringify(line(one))}\n`).join('')
    const run = spawnSync(python, [script, ...files], { input, encoding: 'utf8', maxBuffer: 1 << 24 })
    if (run.status !== 0) throw new Error(`the trace stopped: ${run.error ?? run.stderr}`)
    return run.stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Trace)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
