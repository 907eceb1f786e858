import { encode } from '../../protocol/cbor/encode.ts'
import type { CborValue } from '../../protocol/cbor/value.ts'
import { isUint } from '../../protocol/cbor/value.ts'
import { encodeResult, ops, readCommand } from '../../protocol/command.ts'
import { commandStatuses } from '../../protocol/command-status.ts'
import type { Command, CommandResult, PinnedTrust, Update } from '../../protocol/index.ts'
import { encodeTrust, readTrust } from '../../protocol/trust.ts'
import { readUpdate } from '../../protocol/update.ts'
import { resultOfNews, updateStatuses } from '../../protocol/update-status.ts'
import { toText } from './firmware.ts'
import type { Outbox } from './outbox.ts'
import type { Counting, Settle, SettleActions } from './settle.ts'
import { openSettle } from './settle.ts'
import { readNumber, slot } from './slot.ts'
import { trustSlot } from './trust.ts'

/** What a board can be asked to do besides what every board can. */
export type Actions = SettleActions & {
  interval(everyS: number): void
  identify(): void
  restart(): void
  /** Null where this build takes no updates. */
  update: ((update: Update) => void) | null
}

/** Carries out what a pinned gateway signed for this board, each n once: the n is durable before anything is done. */
export type Obey = {
  command(payload: Uint8Array, answer: (result: Uint8Array) => void): void
  update(payload: Uint8Array, answer: (result: Uint8Array) => void): void
  readonly settle: Settle
}

const intervalSMax = 86_400
const done = commandStatuses.done
const bad = commandStatuses.badArguments

const notPossible = (update: Update): CommandResult =>
  resultOfNews({
    n: update.n,
    status: updateStatuses.refused,
    firmware: update.firmware,
    code: 'update/not-possible',
  })

/** @param board - whose trust command op 1 changes, and whose boot the gateway may move. */
export const openObey = (board: Counting & { trust: PinnedTrust | null }, outbox: Outbox, actions: Actions): Obey => {
  const lastSlot = slot('hexfix.n')

  const isNew = (n: number): boolean => n > readNumber(lastSlot) && lastSlot.write(`${n}`)
  const pin = (args: readonly CborValue[]): number => {
    const trust = readTrust(args)
    const held = board.trust as PinnedTrust
    // The key is registered, and every waiting report signed, for one network.
    if (!trust.ok || (trust.value as PinnedTrust).net !== held.net) return bad
    if (!trustSlot.write(toText(encode(encodeTrust(trust.value as PinnedTrust))))) return commandStatuses.failed
    board.trust = trust.value as PinnedTrust
    return done
  }
  const carryOut = (command: Command): number => {
    const args = command.args
    const op = command.op
    if (op === ops.trust) return pin(args)
    if (op === ops.interval) {
      const everyS = args[0]
      if (args.length !== 1 || !isUint(everyS) || everyS < 1 || everyS > intervalSMax) return bad
      actions.interval(everyS)
      return done
    }
    if (op !== ops.ping && op !== ops.restart && op !== ops.identify) return commandStatuses.unsupported
    if (args.length > 0) return bad
    if (op === ops.identify) actions.identify()
    if (op === ops.restart) actions.restart()
    return done
  }
  return {
    settle: openSettle(board, outbox, actions),
    command: (payload, answer) => {
      const read = readCommand(payload)
      if (!read.ok) return
      const command = read.value as Command
      if (!isNew(command.n)) return
      answer(encodeResult({ n: command.n, status: carryOut(command) }))
    },
    update: (payload, answer) => {
      const read = readUpdate(payload)
      if (!read.ok) return
      const update = read.value as Update
      if (!isNew(update.n)) return
      if (actions.update !== null) actions.update(update)
      else answer(encodeResult(notPossible(update)))
    },
  }
}
