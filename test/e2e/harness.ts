import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export const root = fileURLToPath(new URL('../..', import.meta.url))
/** The command line as it is shipped; `npm test` builds it first. */
export const cli = join(root, 'dist/hexfix.js')

const folders: string[] = []
const children: ChildProcess[] = []

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-test-'))
  folders.push(folder)
  return folder
}

export type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string }
export type RunOptions = { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string }

/** Runs a program to its end. */
export const runProgram = (program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> => {
  const child = spawn(program, args, { cwd: options.cwd ?? root, env: { ...process.env, ...options.env } })
  children.push(child)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text) => {
    stdout += String(text)
  })
  child.stderr.on('data', (text) => {
    stderr += String(text)
  })
  child.stdin.end(options.input ?? '')
  child.stdin.on('error', () => {})
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, stdout, stderr }))
  })
}

export const runCli = (args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
  runProgram(process.execPath, [cli, ...args], options)

export type Started = {
  readonly process: ChildProcess
  line(pattern: RegExp): Promise<string>
  /** @returns the exit status, null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>
  text(): string
}

/** Starts the command line and watches what it prints on stdout and stderr. */
export const startCli = (
  args: readonly string[],
  options: { readonly cli?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Started => {
  const child = spawn(process.execPath, [options.cli ?? cli, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
  })
  children.push(child)
  const lines: string[] = []
  const waiting: ((line: string) => void)[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const look of waiting) look(line)
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    process: child,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (line: string): void => {
          if (pattern.test(line)) resolve(line)
        }
        lines.forEach(look)
        waiting.push(look)
        void ended.then(() => reject(new Error(`ended before ${pattern}:\n${lines.join('\n')}`)))
      }),
    end: (signal) => {
      child.kill(signal)
      return ended
    },
    text: () => lines.join('\n'),
  }
}

export type GatewayFacts = {
  readonly net: number
  readonly kid: string
  readonly publicKey: string
  readonly mqtt: string
  readonly http: string
}
export type StartedGateway = Started & { readonly data: string; readonly facts: GatewayFacts }

/** Starts `hexfix gw up` on free ports, or on those of `again`, and waits until it listens. */
export const startGateway = async (
  data: string,
  options: { readonly again?: GatewayFacts; readonly args?: readonly string[]; readonly cli?: string } = {},
): Promise<StartedGateway> => {
  const portOf = (url: string | undefined): string => (url === undefined ? '0' : new URL(url).port)
  const ports = ['--mqtt-port', portOf(options.again?.mqtt), '--http-port', portOf(options.again?.http)]
  const args = ['gw', 'up', '--data', data, '--log', 'error', ...ports, ...(options.args ?? [])]
  const started = startCli(args, options.cli === undefined ? {} : { cli: options.cli })
  await started.line(/^Ctrl-C/)
  return { ...started, data, facts: JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as GatewayFacts }
}

/** Makes a device through the real path and gives its folder. */
export const provision = async (data: string, dir: string, more: readonly string[] = []): Promise<string> => {
  const made = await runCli(['provision', '--local', '--data', data, '--dir', dir, ...more])
  if (made.status !== 0) throw new Error(made.stderr)
  return dir
}

export const getJson = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T
