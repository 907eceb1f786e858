import type { Result } from '../../device-sdk/protocol/index.ts'
import {
  connectBytesMax,
  equalBytes,
  fail,
  fromBase64Url,
  fromHex,
  isKid,
  mtypes,
  ok,
  readConnect,
  readSign1,
  verifySign1,
} from '../../device-sdk/protocol/index.ts'
import type { Store } from '../store/index.ts'
import type { HashAndVerify, Registry } from './registry.ts'
import { inService } from './registry.ts'

export type ConnectAttempt = { readonly clientId: string; readonly userName: string; readonly password: Uint8Array }
export type ConnectDeps = HashAndVerify & {
  readonly net: number
  readonly gatewayKid: Uint8Array
  readonly store: Store
  readonly registry: Registry
}

const textOf = (password: Uint8Array): string => Buffer.from(password).toString('latin1')
const badToken = (detail: string): Result<never> => fail('connect/bad-token', detail)

/**
 * Decides a CONNECT: client id = user name = kid, the password a tagged `connect` message whose (boot, n) rises.
 * A failed attempt changes nothing for the device that it names.
 */
export const admitConnect = (attempt: ConnectAttempt, deps: ConnectDeps): Result<{ readonly kid: string }> => {
  const { clientId: kid, userName } = attempt
  if (!isKid(kid) || userName !== kid) return badToken('client id and user name must both be the kid in 16 hex digits')
  const device = inService(deps.registry, kid)
  if (!device.ok) return device
  if (attempt.password.length > 2 * connectBytesMax) return badToken('too long')
  const message = fromBase64Url(textOf(attempt.password))
  if (message === null || message.length > connectBytesMax || message[0] !== 0xd2) {
    return badToken('the password is no tagged message in base64url without padding')
  }
  const frame = readSign1(message)
  if (!frame.ok) return badToken(frame.error.detail ?? frame.error.code)
  const body = readConnect(frame.value.payload)
  if (!body.ok) return badToken(body.error.detail ?? body.error.code)
  if (!equalBytes(body.value.gateway, deps.gatewayKid)) return badToken('made for another gateway')
  const binding = { mtype: mtypes.connect, net: deps.net, kid: fromHex(kid) ?? new Uint8Array(0) }
  const verified = verifySign1(frame.value, binding, device.value.publicKey, deps.sha256, deps.verify)
  if (!verified.ok) return badToken(verified.error.code)
  // After the ECDSA and in one atomic statement: a forged token must not use up the numbers of the device that it names.
  if (!deps.store.devices.advanceConnect(kid, body.value.boot, body.value.n)) return fail('connect/stale-token', kid)
  return ok({ kid })
}
