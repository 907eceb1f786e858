import type { z } from 'zod'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { toHex } from '../../device-sdk/protocol/index.ts'
import { openRate } from '../edge/index.ts'
import type { NoncePurpose } from '../store/index.ts'
import { locationBody, registerBody, revokeBody, rotateBody, transferBody } from './claim-bodies.ts'
import type { DeviceDeps } from './device-routes.ts'
import { deviceAnswer, viewOf } from './device-routes.ts'
import type { Answer, Request, Route } from './http.ts'
import { answerOf, errorAnswer, readShape } from './http.ts'

export type ClaimDeps = DeviceDeps & {
  readonly chainId: number
  now(): number
}

const failuresPerMinuteMax = 30
const noncesPerMinuteMax = 30

const nonce = (deps: ClaimDeps, purpose: NoncePurpose): Answer =>
  answerOf(
    deps.ownership.nonce(purpose),
    (given) => ({
      nonce: toHex(given.nonce),
      net: deps.identity.net,
      chainId: deps.chainId,
      nowS: Math.floor(deps.now() / 1000),
      expiresS: Math.floor(given.expiresMs / 1000),
    }),
    201,
  )

/** The tagged message is the body: the form of the wire format, for devices of the host. */
const enrol = async (deps: ClaimDeps, request: Request): Promise<Answer> => {
  const body = await request.body()
  const device = body.ok ? deps.ownership.register(body.value, request.query.get('name'), null) : body
  return deviceAnswer(deps, device, 201)
}

/** Registration of devices, and what owners sign. The signatures are the permission; an address that keeps failing has to wait. */
export const claimRoutes = (deps: ClaimDeps): readonly Route[] => {
  const { ownership, now } = deps
  const failures = openRate(failuresPerMinuteMax, now)
  const nonces = openRate(noncesPerMinuteMax, now)

  const signed = <Body>(
    path: RegExp,
    shape: z.ZodType<Body>,
    take: (body: Body, kid: string, request: Request) => Result<Answer>,
  ): Route => ({
    method: 'POST',
    path,
    access: 'public',
    handle: async (request) => {
      const body = await readShape(request, shape)
      // Why after the body was read: requests that came together are counted one by one. Recovering signers is what costs.
      if (!request.isAdmin && failures.isFull(request.from)) return errorAnswer({ code: 'claim/too-often' })
      const taken = body.ok ? take(body.value, request.params[0] ?? '', request) : body
      if (taken.ok) return taken.value
      if (!request.isAdmin) failures.add(request.from)
      return errorAnswer(taken.error)
    },
  })
  const answered = <T>(result: Result<T>, answer: (value: T) => Answer): Result<Answer> =>
    result.ok ? { ok: true, value: answer(result.value) } : result
  const shown =
    (status: number) =>
    (device: Parameters<typeof viewOf>[1]): Answer => ({ status, value: viewOf(deps, device) })

  return [
    { method: 'POST', path: /^\/v1\/enrol\/nonce$/, access: 'admin', handle: () => nonce(deps, 'enrol') },
    {
      method: 'POST',
      path: /^\/v1\/nonces$/,
      access: 'public',
      handle: ({ from, isAdmin }) => {
        // Why not the host: a tray of cards is placed at once.
        if (!isAdmin && nonces.isFull(from)) return errorAnswer({ code: 'claim/too-often' })
        if (!isAdmin) nonces.add(from)
        return nonce(deps, 'owner')
      },
    },
    // The nonce is the permission: whoever holds the admin token gave it away.
    { method: 'POST', path: /^\/v1\/enrol$/, access: 'public', handle: (request) => enrol(deps, request) },
    signed(/^\/v1\/devices$/, registerBody, (body) =>
      answered(ownership.register(body.enrol, body.name ?? null, body.claim ?? null), shown(201)),
    ),
    signed(/^\/v1\/devices\/([0-9a-f]{16})\/transfer$/, transferBody, (body, kid) =>
      answered(ownership.transfer(kid, body), shown(200)),
    ),
    signed(/^\/v1\/devices\/([0-9a-f]{16})\/rotate$/, rotateBody, (body, kid) =>
      answered(ownership.rotate(kid, body), (rotated) => {
        if ('device' in rotated) return { value: viewOf(deps, rotated.device) }
        const { newKid, dueMs } = rotated.waits
        return { status: 202, value: { rotation: { newKid, dueMs } } }
      }),
    ),
    signed(/^\/v1\/devices\/([0-9a-f]{16})\/revoke$/, revokeBody, (body, kid, { isAdmin }) => {
      if ('ownerSignature' in body) return answered(ownership.revoke(kid, body), shown(200))
      if (!isAdmin) return { ok: false, error: { code: 'api/unauthorised' } }
      return answered(ownership.revokeAsHost(kid, body.reason), shown(200))
    }),
    signed(/^\/v1\/devices\/([0-9a-f]{16})\/location$/, locationBody, (body, kid) =>
      answered(ownership.place(kid, body), shown(200)),
    ),
  ]
}
