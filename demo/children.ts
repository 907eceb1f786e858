import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Child = {
  readonly name: string
  readonly process: ChildProcess
  /** Resolves with the first line on stdout that matches; rejects when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** Sends a signal and waits for the end; rejects when none comes. */
  end(signal: NodeJS.Signals): Promise<void>
}

export type Run = {
  /** The command line of this package. */
  readonly cli: string
  readonly say: (line: string) => void
  readonly onLine: (name: string, line: string) => void
}

const endMsMax = 20_000

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts the command line as a person would, in a process of its own, and hands on what it prints. */
export const startChild = (run: Run, name: string, args: readonly string[], quiet = false): Child => {
  const child = spawn(process.execPath, [run.cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, NO_COLOR: '1' },
  })
  // A group of its own: Ctrl-C in a terminal is for the run, which ends its children in order.
  running.add(child)
  child.once('close', () => running.delete(child))
  const waiting: { pattern: RegExp; resolve(match: RegExpExecArray): void }[] = []
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    run.onLine(name, line)
    if (!quiet) run.say(`${name.padEnd(8)} ${line}`)
    for (const one of waiting) {
      const match = one.pattern.exec(line)
      if (match !== null) one.resolve(match)
    }
  })
  // The gateway's log: codes as event names. Only what went wrong is shown.
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!line.startsWith('{')) run.say(`${name.padEnd(8)} ${line}`)
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    name,
    process: child,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        for (const line of lines) {
          const match = pattern.exec(line)
          if (match !== null) return resolve(match)
        }
        waiting.push({ pattern, resolve })
        void ended.then(() => reject(new Error(`${name} ended before it said ${pattern}`)))
      }),
    end: async (signal) => {
      child.kill(signal)
      let patience: NodeJS.Timeout | undefined
      const tooLate = new Promise<void>((_resolve, reject) => {
        patience = setTimeout(() => reject(new Error(`${name} did not end after ${signal}`)), endMsMax)
      })
      await Promise.race([ended, tooLate]).finally(() => clearTimeout(patience))
    },
  }
}

/** Runs a command to its end. @returns its document; throws when it failed. */
export const runCommand = async (
  run: Run,
  args: readonly string[],
  mayFail = false,
): Promise<Readonly<Record<string, unknown>>> => {
  const child = spawn(process.execPath, [run.cli, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (text) => {
    output += String(text)
  })
  child.stderr.on('data', (text) => {
    errors += String(text)
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (status !== 0 && !mayFail) throw new Error(`hexfix ${args.slice(0, 2).join(' ')} failed: ${errors.trim()}`)
  return JSON.parse(output) as Readonly<Record<string, unknown>>
}
