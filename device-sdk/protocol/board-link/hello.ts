import { badField, readFields } from '../body-list.ts'
import { encode } from '../cbor/encode.ts'
import { isBytes, isUint, isUint32 } from '../cbor/value.ts'
import type { Result } from '../result.ts'
import { fail, ok } from '../result.ts'

/** Of this link. A side that hears another one says so and stops. */
export const linkVersion = 1

/** The host's hello: who it is, and whether it carries messages to a gateway. Said again every 20 s as long as it does. */
export type HostHello = { readonly version: number; readonly relays: boolean }

/** What a board says of itself: at its start, and in answer to a hello. */
export type BoardHello = {
  readonly version: number
  readonly app: string
  readonly board: string
  /** Sequence of the firmware that runs. */
  readonly firmware: number
  /** Compressed, 33 bytes; null: no key yet. */
  readonly publicKey: Uint8Array | null
  /** The network that is pinned; null: none yet. */
  readonly net: number | null
  readonly boot: number
  /** Reports in the outbox that no receipt has come for. */
  readonly waiting: number
  /** A build for development: the console can be had, and with it the key. */
  readonly open: boolean
  /** It checks what gateways sign, and obeys. */
  readonly verifies: boolean
}

export const encodeHostHello = ({ version, relays }: HostHello): Uint8Array => encode([version, relays])

export const readHostHello = (body: Uint8Array): Result<HostHello> => {
  const fields = readFields(body, 'a hello', 2, 2)
  if (!fields.ok) return fields
  const [version, relays] = fields.value
  return isUint(version) && typeof relays === 'boolean' ? ok({ version, relays }) : badField('a hello')
}

export const encodeBoardHello = (hello: BoardHello): Uint8Array =>
  encode([
    hello.version,
    hello.app,
    hello.board,
    hello.firmware,
    hello.publicKey,
    hello.net,
    hello.boot,
    hello.waiting,
    hello.open,
    hello.verifies,
  ])

const isKey = (value: unknown): value is Uint8Array => isBytes(value, 33) && (value[0] === 2 || value[0] === 3)

export const readBoardHello = (body: Uint8Array): Result<BoardHello> => {
  const fields = readFields(body, 'a hello', 10, 10)
  if (!fields.ok) return fields
  const [version, app, board, firmware, publicKey, net, boot, waiting, open, verifies] = fields.value
  if (version !== linkVersion) return fail('board/other-version', `this side speaks ${linkVersion}`)
  if (typeof app !== 'string' || typeof board !== 'string' || !isUint32(firmware)) return badField('a hello')
  if (!(publicKey === null || isKey(publicKey)) || !(net === null || isUint(net))) return badField('a hello')
  if (!isUint32(boot) || !isUint(waiting) || typeof open !== 'boolean' || typeof verifies !== 'boolean') {
    return badField('a hello')
  }
  return ok({ version, app, board, firmware, publicKey, net, boot, waiting, open, verifies })
}
