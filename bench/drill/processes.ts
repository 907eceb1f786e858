import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = join(root, 'dist/hexfix.js')

export type Life = {
  readonly child: ChildProcess
  readonly ended: Promise<unknown>
  /** Resolves at the first line that matches, or with null when the process ends without one. */
  line(pattern: RegExp): Promise<string | null>
  lines(): readonly string[]
  /** The end of what it said on stderr. */
  said(): string
}

export const live = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Life => {
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const looking = new Set<(line: string) => void>()
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    lines.push(line)
    for (const look of looking) look(line)
  })
  let errors = ''
  child.stderr.on('data', (text) => {
    errors = `${errors}${text}`.slice(-500)
  })
  const ended = Promise.all([once(child, 'close'), once(reader, 'close')])
  return {
    child,
    ended,
    lines: () => lines,
    said: () => errors,
    line: (pattern) =>
      new Promise((resolve) => {
        const look = (line: string): void => {
          if (pattern.test(line)) resolve(line)
        }
        lines.forEach(look)
        looking.add(look)
        void ended.then(() => resolve(null))
      }),
  }
}

const run = promisify(execFile)

export const command = async (args: readonly string[]): Promise<Record<string, unknown>> => {
  const done = await run(process.execPath, [cli, ...args, '--json'], { cwd: root }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '{}' }),
  )
  return JSON.parse(done.stdout) as Record<string, unknown>
}

/** Kills what runs below a process: strace that is killed itself lets go of what it traces. */
export const killBelow = ({ child: { pid } }: Life): void => {
  try {
    const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    for (const one of below === '' ? [] : below.split(' ')) process.kill(Number(one), 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

export type Ports = { readonly mqtt: string; readonly http: string }

export const portsOf = (data: string): Ports => JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as Ports

const portOf = (url: string | undefined): string => (url === undefined ? '0' : new URL(url).port)

/**
 * Starts the shipped gateway on its old ports, under strace where `inject` says at which system call it is killed.
 * @param inject - as strace's `-e inject=`: `fdatasync:signal=KILL:when=7`.
 */
export const startGateway = (data: string, again: Ports | null, inject: string | null): Life => {
  const ports = ['--mqtt-port', portOf(again?.mqtt), '--http-port', portOf(again?.http)]
  const gateway = [cli, 'gw', 'up', '--data', data, '--log', 'error', '--epoch-s', '3600', ...ports]
  if (inject === null) return live(process.execPath, gateway)
  const calls = inject.split(':')[0] ?? ''
  const strace = ['-f', '-qqq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${inject}`]
  return live('strace', [...strace, process.execPath, ...gateway])
}
