/** The sequence of executed addresses and memory accesses of each run, compared with that of the first. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileTracer } from './compile.ts'
import { arenaOf, type Request } from './emulator.ts'

export type Trace = {
  readonly result: number
  readonly instructions: number
  /** Loads and stores. */
  readonly accesses: number
  /** Where this run parts from the first one; null where it does not. */
  readonly differs: string | null
}

/** Traces each request under unicorn's Cortex-M4. Throws with its words when it cannot. */
export function traceRuns(code: Uint8Array, table: Uint8Array, requests: readonly Request[]): Trace[] {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-trace-'))
  try {
    const tracer = compileTracer(folder)
    const files = [join(folder, 'code.bin'), join(folder, 'table.bin')] as const
    writeFileSync(files[0], code)
    writeFileSync(files[1], table)
    const input = Buffer.concat(requests.flatMap((one) => [Uint8Array.of(one.operation, 0, 0, 0), arenaOf(one)]))
    const run = spawnSync(tracer, files, { input, encoding: 'utf8', maxBuffer: 1 << 24 })
    if (run.status !== 0) throw new Error(`the trace stopped: ${run.error ?? run.stderr}`)
    const lines = run.stdout.trim().split('\n')
    return lines.map((text) => JSON.parse(text) as Trace)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
