import type { SenmlRecord } from '../../device-sdk/protocol/index.ts'
import { encode, expandReport, senmlToCbor } from '../../device-sdk/protocol/index.ts'
import type { Schemas } from '../registry/index.ts'
import type { Store } from '../store/index.ts'
import type { Answer, Route } from './http.ts'
import { errorAnswer } from './http.ts'
import { storedReport } from './views.ts'

type SenmlDeps = { readonly store: Store; readonly schemas: Schemas; readonly identity: { readonly net: number } }

const json = 'application/senml+json'
const cbor = 'application/senml+cbor'

const written = (records: readonly SenmlRecord[], accept: string): Answer =>
  accept.includes(cbor)
    ? { raw: encode(senmlToCbor(records)), type: cbor }
    : { raw: Buffer.from(JSON.stringify(records)), type: json }

const senmlOf = ({ store, schemas, identity }: SenmlDeps, index: string, accept: string): Answer => {
  const entry = store.log.at(Number(index))
  const report = entry === null ? null : storedReport(entry)
  if (entry === null || report === null) return errorAnswer({ code: 'api/not-found', detail: `no report ${index}` })
  const records = expandReport(report, identity.net, entry.kid, schemas.schemaOf)
  if (!records.ok) return errorAnswer(records.error)
  // RFC 8428 section 6: a pack has one record at least.
  if (records.value.length === 0)
    return errorAnswer({ code: 'api/not-found', detail: `report ${index} holds no reading` })
  return written(records.value, accept)
}

/** The readings of one report as SenML, in JSON, or in CBOR for whoever asks with `Accept: application/senml+cbor`. */
export const senmlRoute = (deps: SenmlDeps): Route => ({
  method: 'GET',
  path: /^\/v1\/reports\/([0-9]{1,15})\/senml$/,
  access: 'read',
  handle: ({ params: [index = ''], accept }) => senmlOf(deps, index, accept),
})
