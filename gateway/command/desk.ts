import type { CommandResult, Result } from '../../device-sdk/protocol/index.ts'
import { encodeCommand, fail, mtypes, ok, readResult, uint32Max } from '../../device-sdk/protocol/index.ts'
import type { DeviceMessage, GatewayIdentity, SignedDeps } from '../message/index.ts'
import { readSigned, signDown } from '../message/index.ts'
import type { Relays } from '../registry/index.ts'
import type { CommandRow, Store } from '../store/index.ts'
import type { Order } from './order.ts'
import { plainValue } from './plain.ts'

export type CommandDeps = SignedDeps & {
  readonly identity: GatewayIdentity
  readonly store: Store
  readonly relays: Relays
  /** @returns whether it was sent: the device, or relay `via`, is connected and subscribed. */
  send(kid: string, message: Uint8Array, via?: string): boolean
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

  const deliver = (kid: string, message: Uint8Array): boolean => {
    // A device in reach of its own takes it once; else the first of its relays that is there.
    if (deps.send(kid, message)) return true
    return relays.of(kid).some((relay) => deps.send(kid, message, relay))
  }

  return {
    /** Signs an order under the next n of this device and sends it. Errors: device/unknown, device/revoked, device/absent. */
    issue: (kid: string, { op, args }: Order): Result<{ readonly n: number }> => {
      const key = deps.keyOf(kid)
      if (key === null) return fail('device/unknown', kid)
      if (key.revoked) return fail('device/revoked', kid)
      const n = store.commands.add(kid, op, JSON.stringify(args.map(plainValue)), now())
      if (n > uint32Max) return fail('device/absent', `${kid}: no command number is left`)
      const message = signDown(identity, mtypes.command, kid, encodeCommand({ n, op, args }))
      if (!deliver(kid, message)) return fail('device/absent', kid)
      store.commands.markSent(kid, n)
      return ok({ n })
    },
    /** Takes a device's signed answer. An answer to nothing that was asked, or a second one, is `command/unknown`. */
    take: (incoming: DeviceMessage): Result<CommandRow> => {
      const result = readSigned(incoming, mtypes.result, readResult, deps)
      if (!result.ok) return result
      const { n, status } = result.value
      const command = store.commands.answer(incoming.kid, n, status, detailOf(result.value), now())
      if (command === null) return fail('command/unknown', `${incoming.kid} answered ${n}`)
      deps.answered(command)
      return ok(command)
    },
    newest: (kid: string, limit: number): CommandRow[] => store.commands.newest(kid, limit),
  }
}

export type CommandDesk = ReturnType<typeof openCommandDesk>
