import type { Result, TimeRequest } from '../../device-sdk/protocol/index.ts'
import { bootOfKey, encodeSync, fail, mtypes, ok, readTimeRequest, uint32Max } from '../../device-sdk/protocol/index.ts'
import { openRate } from '../edge/index.ts'
import type { DeviceMessage, GatewayIdentity, SignedDeps } from '../message/index.ts'
import { readSigned, signDown } from '../message/index.ts'
import type { Store } from '../store/index.ts'

export type TimeDeps = SignedDeps & {
  readonly identity: GatewayIdentity
  readonly store: Store
  now(): number
}

const failuresPerMinuteMax = 30
const answersPerMinuteMax = 12

/** The first boot number that this device never used here; null where nothing of it is known, or none is left. */
const nextBootOf = (kid: string, store: Store): number | null => {
  const reported = store.log.bootMax(kid)
  const highest = Math.max(store.devices.connectBoot(kid), reported === null ? -1 : (bootOfKey(reported) as number))
  return highest < 0 || highest >= uint32Max ? null : highest + 1
}

/**
 * Answers signed time requests with the gateway's clock, tagged and addressed, the nonce echoed; with a session for the device
 * that asks for one, and for every other with the next boot number, so that a device that lost count finds its way back.
 */
export const openTimeDesk = (deps: TimeDeps) => {
  const { identity, store, now } = deps
  const failures = openRate(failuresPerMinuteMax, now)
  const answers = openRate(answersPerMinuteMax, now)

  const sign = (kid: string, request: TimeRequest): Uint8Array => {
    const nowMs = now()
    const boot = request.session ? store.sessions.issue(kid, request.nonce, nowMs) : nextBootOf(kid, store)
    const time = { echo: request.nonce, nowS: Math.floor(nowMs / 1000), ms: nowMs % 1000 }
    return signDown(identity, mtypes.sync, kid, encodeSync(boot === null ? time : { ...time, boot }))
  }

  return {
    /**
     * @param from - the connection or address that carried the request. What fails counts against it alone; what holds counts
     * for the device as it asks from there, so that nobody elsewhere can use up its answers.
     * Errors: those of a signed message, and time/too-often.
     */
    answer: (incoming: DeviceMessage, from: string): Result<Uint8Array> => {
      if (failures.isFull(from)) return fail('time/too-often', from)
      const asking = `${incoming.kid} ${from}`
      if (answers.isFull(asking)) return fail('time/too-often', asking)
      const request = readSigned(incoming, mtypes.time, readTimeRequest, deps)
      if (!request.ok) {
        failures.add(from)
        return request
      }
      answers.add(asking)
      return ok(sign(incoming.kid, request.value))
    },
  }
}

export type TimeDesk = ReturnType<typeof openTimeDesk>
