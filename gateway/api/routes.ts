import { z } from 'zod'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, isKid, ok, toHex } from '../../device-sdk/protocol/index.ts'
import type { EpochDesk } from '../epoch/index.ts'
import { receiptOfStored, signReceipt } from '../ingest/index.ts'
import type { GatewayIdentity } from '../message/index.ts'
import type { EnrolDeps, Registry, Schemas } from '../registry/index.ts'
import { enrolDevice, giveNonce, placeOf } from '../registry/index.ts'
import type { Store, StoredEntry } from '../store/index.ts'
import type { ControlDeps } from './control-routes.ts'
import { controlRoutes } from './control-routes.ts'
import type { Answer, Request, Route } from './http.ts'
import { answerOf, errorAnswer, readJson } from './http.ts'
import { schemaRoutes } from './schema-routes.ts'
import { senmlRoute } from './senml-route.ts'
import { deviceView, entryView, latestView, proofView } from './views.ts'

/** What administration changed, for the log. */
type ApiChange = 'device/enrolled' | 'device/revoked' | 'device/placed' | 'relay/approved' | 'relay/withdrawn'

export type ApiDeps = Omit<ControlDeps, 'changed'> & {
  readonly store: Store
  readonly registry: Registry
  readonly schemas: Schemas
  readonly epochs: EpochDesk
  readonly enrol: EnrolDeps
  readonly identity: GatewayIdentity & { readonly publicKey: Uint8Array }
  /** What a device must know to reach and to trust this gateway. */
  facts(): Readonly<Record<string, unknown>>
  /** How fast it verifies, measured now for a moment in which nothing else runs, and how long commits wait. */
  speed(): Readonly<Record<string, unknown>>
  isConnected(kid: string): boolean
  disconnect(kid: string): void
  changed(event: ApiChange, kid: string): void
}

const pageMax = 1_000
const pageDefault = 100

const placeBody = z.strictObject({ lat: z.number(), lng: z.number(), gainDbi: z.number().min(-20).max(30).default(0) })

const wholeNumber = (query: URLSearchParams, name: string, fallback: number, max: number): number => {
  const value = Number(query.get(name) ?? fallback)
  return Number.isInteger(value) && value >= 0 ? Math.min(value, max) : fallback
}

const listReports = (deps: ApiDeps, { query }: Request): Answer => {
  const kid = query.get('kid')
  const filter = {
    after: wholeNumber(query, 'after', 0, Number.MAX_SAFE_INTEGER),
    limit: wholeNumber(query, 'limit', pageDefault, pageMax),
  }
  const entries = deps.store.log.newest(kid === null ? filter : { ...filter, kid })
  return {
    value: { head: deps.store.log.head(), reports: entries.map((entry) => entryView(entry, deps.schemas.schemaOf)) },
  }
}

const proof = (deps: ApiDeps, entry: StoredEntry): Answer => {
  const device = deps.registry.get(entry.kid)
  if (device === null) return errorAnswer({ code: 'device/unknown', detail: entry.kid })
  const receipt = signReceipt(deps.identity, entry.kid, [receiptOfStored(entry)])
  const gateway = { net: deps.identity.net, kid: toHex(deps.identity.kid), publicKey: deps.identity.publicKey }
  return { value: proofView(entry, device, gateway, receipt, deps.schemas.schemaOf) }
}

const place = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const json = await readJson(request)
  if (!json.ok) return errorAnswer(json.error)
  const body = placeBody.safeParse(json.value)
  if (!body.success)
    return errorAnswer({ code: 'api/bad-request', detail: body.error.issues.map((issue) => issue.message).join('; ') })
  const where = placeOf(body.data)
  if (!where.ok) return errorAnswer(where.error)
  const kid = request.params[0] as string
  const placed = deps.registry.place(kid, where.value)
  if (placed.ok) deps.changed('device/placed', kid)
  return answerOf(placed, (device) => deviceView(device, deps.identity.net, deps.isConnected(kid)))
}

const enrol = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const body = await request.body()
  const enrolled = body.ok ? enrolDevice(body.value, request.query.get('name'), deps.enrol) : body
  if (enrolled.ok) deps.changed('device/enrolled', enrolled.value.kid)
  return answerOf(enrolled, (device) => deviceView(device, deps.identity.net, false), 201)
}

const revoke = (deps: ApiDeps, kid: string): Answer => {
  const revoked = deps.registry.revoke(kid)
  if (revoked.ok) {
    deps.disconnect(kid)
    deps.changed('device/revoked', kid)
  }
  return answerOf(revoked, (device) => deviceView(device, deps.identity.net, false))
}

const found = <T>(value: T | null, what: string): Result<T> =>
  value === null ? fail('api/not-found', what) : ok(value)

export const routes = (deps: ApiDeps): readonly Route[] => [
  { method: 'GET', path: /^\/v1\/gateway$/, access: 'public', handle: () => ({ value: deps.facts() }) },
  { method: 'GET', path: /^\/v1\/gateway\/speed$/, access: 'admin', handle: () => ({ value: deps.speed() }) },
  {
    method: 'GET',
    path: /^\/v1\/devices$/,
    access: 'read',
    handle: () => ({
      value: {
        devices: deps.registry
          .all()
          .map((device) => deviceView(device, deps.identity.net, deps.isConnected(device.kid))),
      },
    }),
  },
  {
    method: 'GET',
    path: /^\/v1\/devices\/([^/]+)$/,
    access: 'read',
    handle: ({ params: [kid = ''] }) => {
      const device = isKid(kid) ? deps.registry.get(kid) : null
      return device === null
        ? errorAnswer({ code: 'device/unknown', detail: kid })
        : { value: deviceView(device, deps.identity.net, deps.isConnected(kid)) }
    },
  },
  { method: 'GET', path: /^\/v1\/reports$/, access: 'read', handle: (request) => listReports(deps, request) },
  {
    method: 'GET',
    path: /^\/v1\/reports\/([0-9]{1,15})$/,
    access: 'read',
    handle: ({ params: [index] }) => {
      const entry = deps.store.log.at(Number(index))
      return entry === null ? errorAnswer({ code: 'api/not-found', detail: `no report ${index}` }) : proof(deps, entry)
    },
  },
  senmlRoute(deps),
  ...schemaRoutes(deps.schemas),
  {
    method: 'GET',
    path: /^\/v1\/latest$/,
    access: 'read',
    handle: () => ({ value: { latest: deps.store.log.latest().map((row) => latestView(row, deps.schemas.schemaOf)) } }),
  },
  {
    method: 'GET',
    path: /^\/v1\/counts$/,
    access: 'read',
    handle: () => ({ value: { reports: deps.store.log.totals(), verdicts: deps.store.epochs.verdictTotals() } }),
  },
  {
    method: 'GET',
    path: /^\/v1\/evidence$/,
    access: 'admin',
    handle: ({ query }) => ({
      value: { evidence: deps.store.log.evidence(wholeNumber(query, 'limit', pageDefault, pageMax)) },
    }),
  },
  {
    method: 'GET',
    path: /^\/v1\/epochs$/,
    access: 'read',
    handle: ({ query }) => ({
      value: { epochs: deps.store.epochs.newest(wholeNumber(query, 'limit', pageDefault, pageMax)) },
    }),
  },
  {
    method: 'GET',
    path: /^\/v1\/epochs\/([0-9]{1,15})$/,
    access: 'read',
    handle: ({ params: [epoch] }) =>
      answerOf(found(deps.epochs.view(Number(epoch)), `no epoch ${epoch}`), (view) => view),
  },
  {
    method: 'POST',
    path: /^\/v1\/enrol\/nonce$/,
    access: 'admin',
    handle: () => ({ status: 201, value: { nonce: toHex(giveNonce(deps.enrol)), net: deps.identity.net } }),
  },
  // The nonce is the permission: whoever holds the admin token gave it away.
  { method: 'POST', path: /^\/v1\/enrol$/, access: 'public', handle: (request) => enrol(deps, request) },
  {
    method: 'PUT',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/place$/,
    access: 'admin',
    handle: (request) => place(deps, request),
  },
  {
    method: 'POST',
    path: /^\/v1\/devices\/([0-9a-f]{16})\/revoke$/,
    access: 'admin',
    handle: ({ params: [kid = ''] }) => revoke(deps, kid),
  },
  ...controlRoutes(deps),
]
