import { encode } from '../../protocol/cbor/encode.ts'
import type { CborValue } from '../../protocol/cbor/value.ts'
import { isUint } from '../../protocol/cbor/value.ts'
import { ops, readCommand } from '../../protocol/command.ts'
import { commandStatuses } from '../../protocol/command-status.ts'
import type { Command, CommandResult, PinnedTrust, Update } from '../../protocol/index.ts'
import { mtypes } from '../../protocol/sign1.ts'
import { encodeTrust, readTrust } from '../../protocol/trust.ts'
import { readUpdate } from '../../protocol/update.ts'
import { resultOfNews, updateStatuses } from '../../protocol/update-status.ts'
import { toText } from './firmware.ts'
import type { Loop } from './loop.ts'
import { setEvery } from './loop.ts'
import { lastRecord, numberIn, trustRecord } from './records.ts'
import { sendResult } from './send-result.ts'
import { slot } from './slot.ts'

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

const isNew = (n: number): boolean => {
  const last = slot(lastRecord)
  return n > numberIn(last) && last.write(`${n}`)
}

const pin = (loop: Loop, args: readonly CborValue[]): number => {
  const board = loop.board
  const trust = readTrust(args)
  const held = board.trust as PinnedTrust
  // The key is registered, and every waiting report signed, for one network.
  if (!trust.ok || (trust.value as PinnedTrust).net !== held.net) return bad
  if (!slot(trustRecord).write(toText(encode(encodeTrust(trust.value as PinnedTrust))))) return commandStatuses.failed
  board.trust = trust.value as PinnedTrust
  // What they saw of its boots, only the gateways that are pinned now can say: with their time, as after a start.
  loop.settling.next = -1
  loop.settling.isDone = false
  loop.clock.unixAtZeroMs = null
  return done
}

const carryOut = (loop: Loop, command: Command): number => {
  const args = command.args
  const op = command.op
  if (op === ops.trust) return pin(loop, args)
  if (op === ops.interval) {
    const everyS = args[0]
    if (args.length !== 1 || !isUint(everyS) || everyS < 1 || everyS > intervalSMax) return bad
    setEvery(loop, everyS)
    return done
  }
  if (op !== ops.ping && op !== ops.restart && op !== ops.identify) return commandStatuses.unsupported
  if (args.length > 0) return bad
  if (op === ops.identify && loop.identify !== null) loop.identify()
  return done
}

/** Carries out what a pinned gateway signed for this board, each n once: the n is durable before anything is done. */
export const obey = (loop: Loop, mtype: number, payload: Uint8Array): void => {
  if (mtype === mtypes.command) {
    const read = readCommand(payload)
    if (!read.ok) return
    const command = read.value as Command
    if (!isNew(command.n)) return
    const status = carryOut(loop, command)
    const restarts = status === done && command.op === ops.restart
    setTimeout(sendResult, 0, loop, { n: command.n, status }, restarts)
    return
  }
  const read = readUpdate(payload)
  if (!read.ok) return
  const update = read.value as Update
  if (!isNew(update.n)) return
  if (loop.update !== null) loop.update.offer(update)
  else sendResult(loop, notPossible(update))
}
