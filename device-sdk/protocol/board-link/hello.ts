import { badField, readFields } from '../body-list.ts'
import { encode } from '../cbor/encode.ts'
import type { CborValue } from '../cbor/value.ts'
import { isUint } from '../cbor/value.ts'
import type { Result } from '../result.ts'
import { ok } from '../result.ts'

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
  /** One of `wifiStates`; absent where the build has no WiFi. */
  readonly wifi?: number | undefined
}

export const encodeHostHello = (hello: HostHello): Uint8Array => encode([hello.version, hello.relays])

export const readHostHello = (body: Uint8Array): Result<HostHello> => {
  const fields = readFields(body, 'a hello', 2, 2)
  if (!fields.ok) return fields
  const version = fields.value[0]
  const relays = fields.value[1]
  return isUint(version) && typeof relays === 'boolean' ? ok({ version, relays }) : badField('a hello')
}

export const encodeBoardHello = (hello: BoardHello): Uint8Array => {
  const fields: CborValue[] = [
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
  ]
  return encode(hello.wifi === undefined ? fields : fields.concat([hello.wifi]))
}
