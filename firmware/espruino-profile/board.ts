import { parse } from 'acorn'
import { openConsole } from './console.ts'
import { type ProfileContext, profileContext } from './context.ts'
import { type Files, openFlash } from './flash.ts'
import { ctrlC } from './packets.ts'
import type { FakeRadio } from './radio.ts'

export type FakeBoardOptions = {
  /** `process.env.BOARD` and the version, as `2v29`. */
  readonly board?: string
  readonly version?: string
  /** The line of the host, by its name: `USB` where none is named. */
  readonly line?: string
  /** What the flash holds when the power comes. */
  readonly files?: Files
  /** Takes what the board sends on other lines. */
  readonly lines?: Readonly<Record<string, (bytes: Uint8Array) => void>>
  /** BTN1: true while it is held. */
  readonly pressed?: () => boolean
  /** Pins, buses and the like. */
  readonly globals?: Readonly<Record<string, unknown>>
  readonly pace?: number
  /** Its radio, where it has one. */
  readonly radio?: FakeRadio
  /** More members of E: how machine code is called. */
  readonly E?: object
  /** The line that has the console from the first moment on; where none is named, none has until the boot is over, as on USB boards. */
  readonly firstConsole?: string
  /** Comes before each statement of a boot file, as an interrupt would. */
  readonly atStatement?: () => void
}

/** A board without a board: lines and a console, as Espruino 2v29 has them, in front of a profile context. */
export type FakeBoard = {
  /** Bytes from the host. */
  write(bytes: Uint8Array): void
  /** The same on another line. */
  writeTo(line: string, bytes: Uint8Array): void
  /** A cable or a BLE connection comes: the console moves there, unless it is forced to stay. */
  connect(line: string): void
  /** The power goes and comes. */
  power(): void
  /** What Storage holds. */
  readonly files: Files
  /** Every byte of the flash, what Storage has struck out too. */
  flash(): Uint8Array
  /** The line that has the console, or null. */
  console(): string | null
  stop(): void
}

type Take = (bytes: string) => void
const latin1 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'))
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bootFiles = ['.boot0', '.boot1', '.boot2', '.boot3']

/** @param send - takes the bytes to the host. */
export const fakeBoard = (send: (bytes: Uint8Array) => void, options: FakeBoardOptions = {}): FakeBoard => {
  const {
    board = 'PROFILE',
    version = 'profile',
    line: hostLine = 'USB',
    files = new Map<string, Uint8Array>(),
  } = options
  const flash = openFlash(files)
  const senders: Readonly<Record<string, (bytes: Uint8Array) => void>> = { ...options.lines, [hostLine]: send }
  const isHeld = options.pressed ?? (() => false)
  let context: ProfileContext
  let takers: Record<string, Take[]> = {}
  // 'limbo' until the first second is over: what a USB board says then waits for a line (EV_LIMBO, jsiInit).
  let consoleOn: string | null = 'limbo'
  let forced = false
  let broken = false
  let wanted: 'reset' | 'load' | 'reboot' | null = null

  const attempt = (code: string): { value: unknown } | null => {
    try {
      return { value: context.run(code) }
    } catch (error) {
      say(`Uncaught ${error}\r\n`)
      return null
    }
  }
  const console = openConsole({
    files,
    flash,
    send: (bytes) => senders[consoleOn === 'limbo' ? hostLine : (consoleOn ?? '')]?.(bytes),
    evaluate: attempt,
  })
  const say = (value: string): void => {
    if (consoleOn !== null) senders[consoleOn === 'limbo' ? hostLine : consoleOn]?.(latin1(value))
  }
  const lineOf = (name: string) => ({
    on: (event: string, take: Take) => {
      if (event === 'data') takers[name] = [...(takers[name] ?? []), take]
    },
    write: (bytes: string) => senders[name]?.(latin1(bytes)),
    setup: () => undefined,
    setConsole: (force = false) => setConsole(name, { force }),
  })
  const setConsole = (line: string | null, { force = false } = {}): void => {
    if (line !== null && senders[line] === undefined) throw new Error(`Unknown device type ${line}`)
    forced = force
    consoleOn = line
  }
  const want = (what: typeof wanted): void => {
    wanted = what
    setImmediate(settle)
  }
  const parts = () => ({
    board,
    version,
    pace: options.pace ?? 1,
    modules: options.radio?.modules ?? {},
    E: {
      setConsole,
      getConsole: () => consoleOn,
      setPassword: console.setPassword,
      lockConsole: console.lock,
      reboot: () => want('reboot'),
      ...options.E,
    },
    globals: {
      ...Object.fromEntries(Object.keys(senders).map((name) => [name, lineOf(name)])),
      BTN1: { read: () => (isHeld() ? 1 : 0) },
      reset: () => want('reset'),
      load: () => want('load'),
      ...options.globals,
    },
  })

  /** Statement by statement, with an interrupt before each. Each file starts with no break under way (jspEvaluateVar). */
  const runBootFile = (name: string): void => {
    const file = files.get(name)
    if (file === undefined) return
    const code = text(file)
    if (options.atStatement === undefined) {
      attempt(code)
      return
    }
    const { body } = parse(code, { ecmaVersion: 2020 })
    broken = false
    for (const [i, { start, end }] of body.entries()) {
      if (i > 0) options.atStatement()
      if (broken || attempt(code.slice(start, end)) === null) break
    }
  }
  /** jsiSemiInit: `.boot0` to `.boot3` always; `.bootcde` not after a reset, nor with the button held when the power came. */
  const start = (isPower: boolean, isReset: boolean): void => {
    context?.stop()
    options.radio?.restart((error) => say(`Uncaught ${error}\r\n`))
    takers = {}
    forced = false
    console.restart(isPower)
    if (isPower) consoleOn = options.firstConsole ?? 'limbo'
    context = profileContext(files, (printed) => say(`${printed}\r\n`), parts(), flash)
    for (const name of bootFiles) runBootFile(name)
    const program = files.get('.bootcde')
    if (program !== undefined && !isReset) attempt(text(program))
    if (consoleOn === 'limbo') consoleOn = hostLine
    settle()
  }
  /** What a program asked for happens between two turns of the interpreter. */
  const settle = (): void => {
    const what = wanted
    wanted = null
    if (what !== null) start(what === 'reboot', what === 'reset' || (what === 'reboot' && isHeld()))
  }
  const writeTo = (line: string, bytes: Uint8Array): void => {
    // jshPushIOCharEventsHandler: Ctrl-C counts on the line of the console alone, and so does everything else.
    if (line === consoleOn) {
      if (bytes.includes(ctrlC) && console.breaksOff()) broken = true
      console.write(bytes)
    } else for (const take of takers[line] ?? []) take(text(bytes))
    settle()
  }
  start(true, isHeld())
  return {
    files,
    write: (bytes) => writeTo(hostLine, bytes),
    writeTo,
    connect: (line) => {
      if (!forced) consoleOn = line
    },
    power: () => start(true, isHeld()),
    flash: flash.everything,
    console: () => (consoleOn === 'limbo' ? hostLine : consoleOn),
    stop: () => {
      console.stop()
      context.stop()
      options.radio?.restart(() => {})
    },
  }
}
