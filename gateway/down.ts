import type { Report } from '../device-sdk/protocol/index.ts'
import { boardKey, updatesKey } from '../device-sdk/protocol/index.ts'
import type { Live } from './api/index.ts'
import type { CommandDesk } from './command/index.ts'
import { openCommandDesk } from './command/index.ts'
import type { GatewayIdentity, SignedDeps, Ways } from './message/index.ts'
import type { Registry, Relays } from './registry/index.ts'
import type { RunningFirmware, Store } from './store/index.ts'
import type { Log } from './telemetry/index.ts'
import type { UpdateDesk } from './update/index.ts'
import { openReleases, openUpdateDesk } from './update/index.ts'

export type DownDeps = SignedDeps &
  Ways & {
    readonly identity: GatewayIdentity
    readonly store: Store
    readonly registry: Registry
    readonly relays: Relays
    /** The folder of releases. */
    readonly folder: string
    readonly address: () => string
    readonly log: Log
    readonly live: Live
    now(): number
  }
/** What devices are asked to do: commands, and updates of what they run. */
export type Down = {
  readonly commands: CommandDesk
  readonly updates: UpdateDesk
  /** An accepted report is on disk: it may say what runs, and its device can be reached now. */
  onReport(kid: string, report: Report, receivedMs: number): void
}

const boardCharactersMax = 64

const firmwareOf = ({ blocks }: Report, seenMs: number): Omit<RunningFirmware, 'kid'> | null => {
  for (const block of blocks) {
    if (block.type !== 'heartbeat' || block.firmware === undefined) continue
    const said = new Map(block.more)
    const board = said.get(boardKey)
    const isBoard = typeof board === 'string' && board.length <= boardCharactersMax
    const updates = said.get(updatesKey) !== false
    return { firmware: block.firmware, board: isBoard ? board : null, updates, seenMs }
  }
  return null
}

export const openDown = (deps: DownDeps): Down => {
  const { log, live } = deps
  const releases = openReleases(deps)
  const updates = openUpdateDesk({
    ...deps,
    releases,
    changed: ({ kid, board, firmware, stage, code }) => {
      log.info({ event: `update/${stage}`, kid, board, firmware, detail: code ?? undefined })
      live.publish('update', { kid, board, firmware, stage, code })
    },
  })
  const commands = openCommandDesk({
    ...deps,
    takeNews: updates.take,
    answered: ({ kid, n, op, status, detail }) => {
      log.info({ event: 'command/answered', kid, n, op, status, detail })
      live.publish('result', { kid, n, op, status, detail: detail === null ? null : JSON.parse(detail) })
    },
  })
  return {
    commands,
    updates,
    onReport: (kid, report, receivedMs) => {
      try {
        updates.onReport(kid, firmwareOf(report, receivedMs))
      } catch (error) {
        // The report itself is stored; what it said is said again.
        log.error({ event: 'store/unwritable', kid, detail: error instanceof Error ? error.message : String(error) })
      }
    },
  }
}
