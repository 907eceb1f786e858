import { badField, readFields } from './body-list.ts'
import { encode } from './cbor/encode.ts'
import type { CborValue } from './cbor/value.ts'
import { isUint, isUint32 } from './cbor/value.ts'
import { itemsMax } from './limits.ts'
import type { Result } from './result.ts'
import { ok } from './result.ts'

/** What a gateway may ask of a device. The arguments of `trust` are in trust.ts; `interval` takes seconds. */
export const ops = { ping: 0, trust: 1, interval: 2, restart: 3, identify: 4 } as const

/** `n` rises with every command to a device: it obeys each n once. An op that it does not know it answers with a status. */
export type Command = { readonly n: number; readonly op: number; readonly args: readonly CborValue[] }

export const encodeCommand = (command: Command): Uint8Array =>
  encode([command.n as CborValue, command.op].concat(command.args))

export const readCommand = (payload: Uint8Array): Result<Command> => {
  const fields = readFields(payload, 'a command', 2, itemsMax)
  if (!fields.ok) return fields
  const n = fields.value[0]
  const op = fields.value[1]
  if (!isUint32(n) || !isUint(op)) return badField('a command')
  return ok({ n, op, args: fields.value.slice(2) })
}

/** What became of command `n`: status 0 is done, every other number a reason. `detail` is for people. */
export type CommandResult = { readonly n: number; readonly status: number; readonly detail?: CborValue }

export const encodeResult = (result: CommandResult): Uint8Array =>
  encode(result.detail === undefined ? [result.n, result.status] : [result.n, result.status, result.detail])

export const readResult = (payload: Uint8Array): Result<CommandResult> => {
  const fields = readFields(payload, 'a result', 2, 3)
  if (!fields.ok) return fields
  const n = fields.value[0]
  const status = fields.value[1]
  const detail = fields.value[2]
  if (!isUint32(n) || !isUint(status)) return badField('a result')
  return ok(detail === undefined ? { n, status } : { n, status, detail })
}
