import type { CommandResult, Result, UpdateNews } from '../../device-sdk/protocol/index.ts'
import {
  encodeCommand,
  fail,
  mtypes,
  newsOfResult,
  ok,
  readResult,
  uint32Max,
} from '../../device-sdk/protocol/index.ts'
import type { DeviceMessage, GatewayIdentity, SignedDeps, Ways } from '../message/index.ts'
import { openWay, readSigned, signDown } from '../message/index.ts'
import type { Relays } from '../registry/index.ts'
import type { CommandRow, Store } from '../store/index.ts'
import type { Order } from './order.ts'
import { plainValue } from './plain.ts'

export type CommandDeps = SignedDeps &
  Ways & {
    readonly identity: GatewayIdentity
    readonly store: Store
    readonly relays: Relays
    /** Takes a result about an update, which is numbered in the same row. @returns false where it is about none. */
    takeNews(kid: string, news: UpdateNews): boolean
    /** Called with every command as it was answered. */
    answered(command: CommandRow): void
    now(): number
  }

const detailCharactersMax = 4_096

const detailOf = ({ detail }: CommandResult): string | null => {
  if (detail === undefined) return null
  const text = JSON.stringify(plainValue(detail))
  return text.length > detailCharactersMax ? JSON.stringify('(too long to keep)') : text
}

/** Commands to devices and what became of them. Nothing is queued: a command goes out now, or not at all. */
export const openCommandDesk = (deps: CommandDeps) => {
  const { identity, store, relays, now } = deps

  return {
    /** Signs an order under the next n of this device and sends it. Errors: device/unknown, device/revoked, device/absent. */
    issue: (kid: string, { op, args }: Order): Result<{ readonly n: number }> => {
      const key = deps.keyOf(kid)
      if (key === null) return fail('device/unknown', kid)
      if (key.revoked) return fail('device/revoked', kid)
      const n = store.commands.add(kid, op, JSON.stringify(args.map(plainValue)), now())
      if (n > uint32Max) return fail('device/absent', `${kid}: no command number is left`)
      const message = signDown(identity, mtypes.command, kid, encodeCommand({ n, op, args }))
      const way = openWay(deps, 'command', kid, relays.of(kid))
      if (way === null || !deps.send(kid, 'command', message, way)) return fail('device/absent', kid)
      store.commands.markSent(kid, n)
      return ok({ n })
    },
    /** Takes a device's signed answer. An answer to nothing that was asked, or a second one, is `command/unknown`. */
    take: (incoming: DeviceMessage): Result<null> => {
      const result = readSigned(incoming, mtypes.result, readResult, deps)
      if (!result.ok) return result
      const { n, status } = result.value
      const command = store.commands.answer(incoming.kid, n, status, detailOf(result.value), now())
      const news = command === null ? newsOfResult(result.value) : null
      if (news !== null && deps.takeNews(incoming.kid, news)) return ok(null)
      if (command === null) return fail('command/unknown', `${incoming.kid} answered ${n}`)
      deps.answered(command)
      return ok(null)
    },
    newest: (kid: string, limit: number): CommandRow[] => store.commands.newest(kid, limit),
  }
}

export type CommandDesk = ReturnType<typeof openCommandDesk>
