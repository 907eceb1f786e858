import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, isKid, ok, readSign1, toHex } from '../../device-sdk/protocol/index.ts'
import type { CommandDesk } from '../command/index.ts'
import { readOrder } from '../command/index.ts'
import type { Relays } from '../registry/index.ts'
import type { CommandRow } from '../store/index.ts'
import type { TimeDesk } from '../time/index.ts'
import type { Answer, Request, Route } from './http.ts'
import { answerOf, errorAnswer, readJson } from './http.ts'

export type ControlDeps = {
  readonly time: TimeDesk
  readonly relays: Relays
  readonly commands: CommandDesk
  changed(event: 'relay/approved' | 'relay/withdrawn', kid: string): void
}

const commandsShown = 100
/** RFC 9052 section 11.3.3. */
const coseType = 'application/cose; cose-type="cose-sign1"'

/** A tagged message names its signer; for a compact one the address does: `?kid=`. */
const signerOf = (message: Uint8Array, query: URLSearchParams): Result<string> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  const kid = query.get('kid') ?? (frame.value.kid === null ? '' : toHex(frame.value.kid))
  return isKid(kid) ? ok(kid) : fail('api/bad-request', 'a compact message needs ?kid= in 16 hex digits')
}

const time = async (deps: ControlDeps, request: Request): Promise<Answer> => {
  const body = await request.body()
  if (!body.ok) return errorAnswer(body.error)
  const message = body.value
  const kid = signerOf(message, request.query)
  const sync = kid.ok ? deps.time.answer({ kid: kid.value, message }, request.from) : kid
  return sync.ok ? { raw: sync.value, type: coseType } : errorAnswer(sync.error)
}

const command = async (deps: ControlDeps, request: Request): Promise<Answer> => {
  const json = await readJson(request)
  const order = json.ok ? readOrder(json.value) : json
  if (!order.ok) return errorAnswer(order.error)
  const [kid = ''] = request.params
  return answerOf(deps.commands.issue(kid, order.value), ({ n }) => ({ kid, n, op: order.value.op }), 202)
}

const commandView = ({ args, detail, ...row }: CommandRow) => ({
  ...row,
  args: JSON.parse(args) as unknown,
  detail: detail === null ? null : (JSON.parse(detail) as unknown),
})

const relayed = (kid: string, relays: Result<string[]>): Answer => answerOf(relays, (list) => ({ kid, relays: list }))

/** Time for devices that cannot connect yet, relays of devices, and commands to devices. */
export const controlRoutes = (deps: ControlDeps): readonly Route[] => [
  // The signature is the permission.
  { method: 'POST', path: /^\/v1\/time$/, access: 'public', handle: (request) => time(deps, request) },
  {
    method: 'GET',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/relays$/,
    access: 'read',
    handle: ({ params: [kid = ''] }) => relayed(kid, ok(deps.relays.of(kid))),
  },
  {
    method: 'PUT',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/relays\/([0-9a-f]{16})$/,
    access: 'admin',
    handle: ({ params: [kid = '', relay = ''] }) => {
      const approved = deps.relays.approve(kid, relay)
      if (approved.ok) deps.changed('relay/approved', kid)
      return relayed(kid, approved)
    },
  },
  {
    method: 'DELETE',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/relays\/([0-9a-f]{16})$/,
    access: 'admin',
    handle: ({ params: [kid = '', relay = ''] }) => {
      const withdrawn = deps.relays.withdraw(kid, relay)
      if (withdrawn.ok) deps.changed('relay/withdrawn', kid)
      return relayed(kid, withdrawn)
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/command$/,
    access: 'admin',
    handle: (request) => command(deps, request),
  },
  {
    method: 'GET',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/commands$/,
    access: 'admin',
    handle: ({ params: [kid = ''] }) => ({
      value: { kid, commands: deps.commands.newest(kid, commandsShown).map(commandView) },
    }),
  },
]
