import { createContext, Script } from 'node:vm'
import { globals, members, statics, typedArrays } from './abilities.ts'
import { type Files, type Flash, openFlash } from './flash.ts'
import { natives } from './natives.ts'
import { pruneSource } from './prune.ts'
import { uint24 } from './uint24.ts'

export type BoardParts = {
  readonly board?: string
  readonly version?: string
  readonly E?: object
  /** How much faster its timers run than the clock, so that what waits for minutes can be watched. */
  readonly pace?: number
  /** What `require` knows besides. */
  readonly modules?: Readonly<Record<string, unknown>>
  readonly globals?: Readonly<Record<string, unknown>>
}

export type ProfileContext = {
  /** Runs code and returns its value; throws what the code throws. */
  run(code: string): unknown
  /** Stops every timer: what ran is over. */
  stop(): void
}

const listed = (lists: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string[]> =>
  Object.fromEntries([...lists].map(([name, names]) => [name, [...names]]))

/**
 * A context of node:vm that has what the interpreter has: pruned globals and prototypes, Storage, E, crypto, timers.
 * What it cannot play: definitions that exist only once their line has run, one binding for a loop (the check finds
 * both), how numbers print, a Uint24Array that shares the bytes it was made from, and memory.
 * @param print - takes each line that the program prints.
 * @param board - what a board has besides: its lines and pins, and more members of E.
 */
export const profileContext = (
  files: Files,
  print: (line: string) => void,
  board: BoardParts = {},
  flash: Flash = openFlash(files),
): ProfileContext => {
  const timers = new Set<NodeJS.Timeout>()
  const sandbox: Record<string, unknown> = {}
  const context = createContext(sandbox)
  const evaluate = (code: string): unknown => new Script(code, { filename: 'espruino' }).runInContext(context)
  const newBuffer = evaluate('(function(U){return function(b){return new U(b).buffer}})(Uint8Array)') as (
    bytes: Uint8Array,
  ) => unknown
  const later =
    (start: typeof setTimeout | typeof setInterval) =>
    (work: unknown, ms?: number, ...rest: unknown[]) => {
      const call = typeof work === 'function' ? work : () => evaluate(String(work))
      const timer = start(
        () => {
          if (start === setTimeout) timers.delete(timer)
          try {
            ;(call as (...args: unknown[]) => void)(...rest)
          } catch (error) {
            print(`Uncaught ${error}`)
          }
        },
        (ms ?? 0) / (board.pace ?? 1),
      )
      timers.add(timer)
      return Number(timer)
    }
  const stopOne = (id: number): void => {
    for (const timer of timers) {
      if (Number(timer) === id) {
        clearTimeout(timer)
        timers.delete(timer)
      }
    }
  }
  const say = (...values: unknown[]): void => print(values.map(String).join(' '))
  const memory = () => ({ free: 0, usage: 0, total: 0, history: 0 })
  const [Wide, Bytes] = evaluate('[Uint32Array, Uint8Array]') as Parameters<typeof uint24>
  const { Uint24Array, plain } = uint24(Wide, Bytes)
  sandbox.Uint24Array = Uint24Array
  const prune = evaluate(pruneSource) as (...lists: unknown[]) => void
  prune([...globals, 'Uint24Array'], listed(statics), listed(members), [...typedArrays])
  const { board: name = 'PROFILE', version = 'profile' } = board
  const native = natives(files, flash, plain, Bytes, newBuffer, board.modules)
  Object.assign(native.E, board.E)
  Object.assign(sandbox, native, board.globals, {
    global: evaluate('globalThis'),
    print: say,
    console: { log: say, error: say, warn: say },
    process: { env: { VERSION: version, BOARD: name }, version, memory, on: () => undefined },
    setTimeout: later(setTimeout),
    setInterval: later(setInterval),
    clearTimeout: stopOne,
    clearInterval: stopOne,
    atob: (text: string) => Buffer.from(text, 'base64').toString('latin1'),
    btoa: (text: string) => Buffer.from(text, 'latin1').toString('base64'),
  })
  return {
    run: evaluate,
    stop: () => {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
