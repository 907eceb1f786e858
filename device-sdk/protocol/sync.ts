import { badField, readFields } from './body-list.ts'
import type { Boot } from './boot.ts'
import { isBoot } from './boot.ts'
import { encode } from './cbor/encode.ts'
import { isBytes, isUint } from './cbor/value.ts'
import type { Result } from './result.ts'
import { ok } from './result.ts'

/**
 * The answer to a time request: `echo` is its nonce, `nowS` and `ms` the gateway's clock.
 * `boot`, where there is one: a session of 8 bytes that was asked for, or the next boot number of a device that lost count.
 */
export type Sync = { readonly echo: Uint8Array; readonly nowS: number; readonly ms: number; readonly boot?: Boot }

export const encodeSync = (sync: Sync): Uint8Array =>
  encode(sync.boot === undefined ? [sync.echo, sync.nowS, sync.ms] : [sync.echo, sync.nowS, sync.ms, sync.boot])

export const readSync = (payload: Uint8Array): Result<Sync> => {
  const fields = readFields(payload, 'a sync', 3, 4)
  if (!fields.ok) return fields
  const echo = fields.value[0]
  const nowS = fields.value[1]
  const ms = fields.value[2]
  const boot = fields.value[3]
  if (!isBytes(echo, 8) || !isUint(nowS) || !isUint(ms) || ms > 999) return badField('a sync')
  if (boot === undefined) return ok({ echo, nowS, ms })
  return isBoot(boot) ? ok({ echo, nowS, ms, boot }) : badField('a sync')
}
