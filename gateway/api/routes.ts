import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok, toHex } from '../../device-sdk/protocol/index.ts'
import { rulesetHash, signRuleset } from '../coverage/index.ts'
import type { EpochDesk } from '../epoch/index.ts'
import { receiptOfStored, signReceipt } from '../ingest/index.ts'
import type { GatewayIdentity } from '../message/index.ts'
import type { Registry, Schemas } from '../registry/index.ts'
import type { Store, StoredEntry } from '../store/index.ts'
import type { ClaimDeps } from './claim-routes.ts'
import { claimRoutes } from './claim-routes.ts'
import type { ConsumptionDeps } from './consumption-routes.ts'
import { consumptionRoutes } from './consumption-routes.ts'
import type { ControlDeps } from './control-routes.ts'
import { controlRoutes } from './control-routes.ts'
import { coverageRoutes } from './coverage-routes.ts'
import { deviceRoutes } from './device-routes.ts'
import { gapsRoute } from './gaps-route.ts'
import type { Answer, Request, Route } from './http.ts'
import { answerOf, errorAnswer } from './http.ts'
import { pageRoutes } from './page-routes.ts'
import { schemaRoutes } from './schema-routes.ts'
import { senmlRoute } from './senml-route.ts'
import type { UpdateRouteDeps } from './update-routes.ts'
import { updateRoutes } from './update-routes.ts'
import { entryView, latestView, proofView } from './views.ts'

export type ApiDeps = ControlDeps &
  ClaimDeps &
  ConsumptionDeps &
  UpdateRouteDeps & {
    readonly store: Store
    readonly registry: Registry
    readonly schemas: Schemas
    readonly epochs: EpochDesk
    readonly identity: GatewayIdentity & { readonly publicKey: Uint8Array }
    /** What a device must know to reach and to trust this gateway. */
    facts(): Readonly<Record<string, unknown>>
    /** How fast it verifies, measured now for a moment in which nothing else runs, and how long commits wait. */
    speed(): Readonly<Record<string, unknown>>
  }

const pageMax = 1_000
const pageDefault = 100

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

/** By what epochs are judged, signed: a file for `poc verify`. */
const rulesetView = ({ epochs, identity }: ApiDeps): Answer => {
  const { ruleset } = epochs
  const { net, sha256, sign, publicKey } = identity
  const { document, signature } = signRuleset(ruleset, net, sha256, sign)
  const signed = { net, document: toHex(document), signature: toHex(signature), publicKey: toHex(publicKey) }
  return { value: { name: ruleset.name, hash: toHex(rulesetHash(ruleset, sha256)), ...signed, ruleset } }
}

const found = <T>(value: T | null, what: string): Result<T> =>
  value === null ? fail('api/not-found', what) : ok(value)

export const routes = (deps: ApiDeps): readonly Route[] => [
  { method: 'GET', path: /^\/v1\/gateway$/, access: 'public', handle: () => ({ value: deps.facts() }) },
  { method: 'GET', path: /^\/v1\/gateway\/speed$/, access: 'admin', handle: () => ({ value: deps.speed() }) },
  { method: 'GET', path: /^\/v1\/ruleset$/, access: 'public', handle: () => rulesetView(deps) },
  ...deviceRoutes(deps),
  ...claimRoutes(deps),
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
  ...coverageRoutes(deps),
  ...consumptionRoutes(deps),
  gapsRoute(deps),
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
  ...controlRoutes(deps),
  ...updateRoutes(deps),
  ...pageRoutes(deps),
]
