import type { CborValue, Command, PinnedTrust, Result } from '../protocol/index.ts'
import {
  commandStatuses,
  encodeResult,
  mtypes,
  ok,
  ops,
  readCommand,
  readTrust,
  signPayload,
  writeCompact,
} from '../protocol/index.ts'
import { sha256 } from '../signer/index.ts'
import type { DeviceEvent } from './events.ts'
import type { Identity } from './identity.ts'
import { openLastNumber } from './last-number.ts'
import type { Pinned } from './read-down.ts'
import { readDown } from './read-down.ts'

/** What a device can be asked to do. What is absent is answered as unsupported. */
export type Actions = {
  /** Replaces what is pinned, durably. Throws where the disk does; then the old trust holds. */
  trust(trust: PinnedTrust): void
  /** Seconds between readings from now on. */
  interval?(everyS: number): void
}

export type CommandOptions = {
  /** Holds the n of the last command. */
  readonly path: string
  readonly identity: Identity
  readonly pinned: Pinned
  readonly actions: Actions
  readonly onEvent: (event: DeviceEvent) => void
}

/** What became of a message on the command topic: a signed result to publish, or null where it is none to obey. */
export type Commands = { obey(message: Uint8Array): Uint8Array | null }

type Outcome = { readonly status: number; readonly detail?: CborValue }

const intervalSMax = 86_400
const { done, unsupported, badArguments, failed } = commandStatuses

const replaceTrust = (args: readonly CborValue[], { identity, actions, onEvent }: CommandOptions): Outcome => {
  const trust = readTrust(args)
  if (!trust.ok) return { status: badArguments, detail: trust.error.detail ?? trust.error.code }
  // The key is registered, and every waiting report signed, for one network.
  if (trust.value.net !== identity.net) return { status: badArguments, detail: 'a device stays on its network' }
  actions.trust(trust.value)
  onEvent({ event: 'trust/changed', detail: `${trust.value.gateways.length} gateways` })
  return { status: done }
}

const carryOut = ({ op, args }: Command, options: CommandOptions): Outcome => {
  const { actions, onEvent } = options
  if (op === ops.trust) return replaceTrust(args, options)
  if (op === ops.interval) {
    const [everyS] = args
    if (actions.interval === undefined) return { status: unsupported }
    const sound = args.length === 1 && Number.isInteger(everyS) && Number(everyS) >= 1 && Number(everyS) <= intervalSMax
    if (!sound) return { status: badArguments, detail: `one whole number of seconds, 1 to ${intervalSMax}` }
    actions.interval(Number(everyS))
    return { status: done }
  }
  if (op !== ops.ping && op !== ops.identify) return { status: unsupported }
  if (args.length > 0) return { status: badArguments, detail: 'takes none' }
  if (op === ops.identify) onEvent({ event: 'command/identify', detail: 'the gateway asks which device this is' })
  return { status: done }
}

/** Obeys what a pinned gateway signed for this device, each n once: the n is durable before anything is done. */
export const openCommands = (options: CommandOptions): Result<Commands> => {
  const { path, identity, pinned, onEvent } = options
  const { net, kid, signer } = identity
  const numbers = openLastNumber(path, 'command/unreadable')
  if (!numbers.ok) return numbers
  const { last, take } = numbers.value

  const outcomeOf = (command: Command): Outcome => {
    try {
      return carryOut(command, options)
    } catch (error) {
      return { status: failed, detail: error instanceof Error ? error.message.slice(0, 200) : 'failed' }
    }
  }

  return ok({
    obey: (message) => {
      const body = readDown(message, mtypes.command, identity, pinned)
      const command = body.ok ? readCommand(body.value) : body
      const refused = (code: string, detail: string): null => {
        onEvent({ event: 'command/refused', code, detail })
        return null
      }
      if (!command.ok) return refused(command.error.code, command.error.detail ?? '')
      const { n, op } = command.value
      if (n <= last()) return refused('command/stale', `${n} after ${last()}`)
      try {
        take(n)
      } catch (error) {
        return refused('device/unwritable', error instanceof Error ? error.message : String(error))
      }
      const outcome = outcomeOf(command.value)
      onEvent({ event: 'command/done', n, op, status: outcome.status })
      const payload = encodeResult({ n, ...outcome })
      return writeCompact(signPayload(payload, { mtype: mtypes.result, net, kid }, sha256, signer.sign))
    },
  })
}
