import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Board } from '../../device-sdk/link/index.ts'
import { openBoard } from '../../device-sdk/link/index.ts'
import type { Failure, Result, WifiCredentials } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { readDevice } from '../gateway-facts.ts'
import { readLocation } from '../location.ts'
import { kidTextOf } from '../proof.ts'
import type { Provisioned } from '../provision.ts'
import { provisionBoard } from '../provision-board.ts'
import { locate } from './locate.ts'
import type { Row } from './rows.ts'
import type { BatchOptions, Deps, Outcome } from './run.ts'
import { doneBefore } from './run.ts'

export type TrayOptions = BatchOptions & {
  /** The serial port that every board comes to, one after the other. */
  readonly port: string
  /** The network that each is to reach its gateway over. */
  readonly wifi?: WifiCredentials
  readonly signal: AbortSignal
  /** What the person at the tray is to do. */
  readonly say: (line: string) => void
  readonly warn: (failure: Failure) => void
}
type NamedRow = Extract<Row, { failure: null }>

const lookEveryMs = 300

/** Waits until the port is there, or is not. */
const untilPort = async ({ port, signal }: TrayOptions, there: boolean): Promise<void> => {
  while (existsSync(port) !== there && !signal.aborted) await pause(lookEveryMs, null, { signal }).catch(() => null)
}

/** What another board may pass, and what ends the run: nobody can plug that away. */
const passing = ['board/no-port', 'board/silent', 'board/unplugged', 'board/other-version']

/** The next board that says hello. Errors: board/port-busy, board/no-permission, board/port-failed, batch/stopped. */
const nextBoard = async (options: TrayOptions): Promise<Result<Board>> => {
  while (!options.signal.aborted) {
    await untilPort(options, true)
    const board = await openBoard(options.port, options.signal)
    if (board.ok || options.signal.aborted) return board
    if (!passing.includes(board.error.code)) return board
    if (board.error.code === 'board/no-port' || board.error.code === 'board/unplugged') continue
    options.warn({ code: board.error.code, detail: `${options.port}: take it out, and plug in another` })
    await untilPort(options, false)
  }
  return fail('batch/stopped')
}

/** The row that this board was made for before, in this run or in one that was cut off; null for a board that is new. */
const rowOf = async ({ client, journal }: Deps, board: Board, rows: readonly Row[]): Promise<string | null> => {
  const { publicKey } = board.hello()
  if (publicKey === null) return null
  const kid = kidTextOf(publicKey)
  const done = [...journal.entries.values()].find((entry) => entry.kid === kid)
  if (done !== undefined) return done.name
  const known = await readDevice(client, kid)
  const name = known.ok ? known.value.document.name : undefined
  return rows.some((row) => row.name === name) ? String(name) : null
}

const provisionRow = async (
  deps: Deps,
  board: Board,
  row: NamedRow,
  options: TrayOptions,
): Promise<Result<Provisioned>> => {
  const { client, facts } = deps
  const { claimant, wifi } = options
  const { name, place } = row
  const byHost =
    place !== null && claimant === null
      ? { place: { lat: Number(place.lat), lng: Number(place.lng), gainDbi: Number(place.gain) } }
      : {}
  const owned = claimant === null ? {} : { claimant }
  const dirOf = (): string => join(options.out, name)
  const made = await provisionBoard(client, facts, board, {
    name,
    dirOf,
    ...owned,
    ...byHost,
    ...(wifi === undefined ? {} : { wifi }),
  })
  if (!made.ok) return made
  if (made.value.waiting) return fail('owner/missing', 'a batch is signed by a key that is here')
  const located =
    place === null || claimant === null ? ok(null) : await locate(deps, dirOf(), made.value.kid, place, claimant)
  return located.ok ? ok(made.value) : located
}

const takeOut = async (board: Board, options: TrayOptions, isLast: boolean): Promise<void> => {
  if (isLast) return board.close()
  options.say('take it out')
  await board.gone
}

/** Makes the board of one row, whichever board is plugged in for it: one that was made before is told and taken out again. */
const doRow = async (deps: Deps, rows: readonly Row[], row: NamedRow, options: TrayOptions): Promise<Outcome> => {
  const { line, name } = row
  const failed = (error: Failure): Outcome => ({ line, name, state: 'failed', error })
  const place =
    row.place === null ? ok(null) : readLocation(row.place.lat, row.place.lng, row.place.gain, row.place.height)
  // Why first: a row with a wrong place takes no board.
  if (!place.ok) return failed(place.error)
  for (;;) {
    options.say(`plug in the board for ${name}`)
    const board = await nextBoard(options)
    if (!board.ok) return failed(options.signal.aborted ? { code: 'batch/stopped' } : board.error)
    const before = await rowOf(deps, board.value, rows)
    if (before !== null && before !== name && deps.journal.entries.has(before)) {
      options.warn({ code: 'batch/same-board', detail: `it is ${before}` })
      await takeOut(board.value, options, false)
      continue
    }
    const own = rows.find((one): one is NamedRow => one.name === (before ?? name) && one.failure === null) ?? row
    const made = await provisionRow(deps, board.value, own, options)
    if (!made.ok && made.error.code === 'board/unplugged' && !options.signal.aborted) {
      options.warn({ code: made.error.code, detail: name })
      continue
    }
    if (!made.ok) {
      await board.value.close()
      return failed({ code: made.error.code, detail: `line ${line}: ${made.error.detail ?? name}` })
    }
    const { kid, words, publicKey, net, gateway } = made.value
    deps.journal.add({ name: own.name, kid, publicKey, net, gateway })
    const isLast = rows.every((one) => one.failure !== null || deps.journal.entries.has(one.name))
    options.say(`${own.name} is ${kid}, ${words}`)
    await takeOut(board.value, options, isLast)
    if (own === row) return { line, name, state: 'made', kid, words }
  }
}

/**
 * Makes a board for every row of a list that has none, at one port: plug in, done, next. What was made stands in the journal, so
 * that a run goes on where another ended. A bad row stops nothing; a gateway or a port that cannot be used ends the run.
 */
export const runTray = async (
  deps: Deps,
  rows: readonly Row[],
  options: TrayOptions,
  tell: (outcome: Outcome) => void,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  const of = (row: Row): Outcome | Promise<Outcome> => {
    if (row.failure !== null) return { line: row.line, name: row.name, state: 'failed', error: row.failure }
    const before = deps.journal.entries.get(row.name)
    if (before === undefined) return doRow(deps, rows, row, options)
    if (before.gateway === deps.facts.kid) return doneBefore(before, row)
    const error = {
      code: 'device/other-gateway',
      detail: `${row.name} was made for gateway ${before.gateway}`,
    } as const
    return { line: row.line, name: row.name, state: 'failed', error }
  }
  for (const row of rows) {
    const outcome = await of(row)
    outcomes.push(outcome)
    tell(outcome)
    const code = outcome.state === 'failed' ? outcome.error.code : ''
    if (code === 'gateway/unreachable' || code === 'batch/stopped' || /^board\/(port-|no-perm)/.test(code)) break
  }
  return outcomes
}
