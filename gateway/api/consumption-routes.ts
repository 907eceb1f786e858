import { z } from 'zod'
import { fromHex, toHex } from '../../device-sdk/protocol/index.ts'
import type { ConsumptionDesk } from '../consumption/index.ts'
import type { Schemas } from '../registry/index.ts'
import { address as addressText } from './claim-bodies.ts'
import type { Answer, Request, Route } from './http.ts'
import { errorAnswer, readShape } from './http.ts'
import { entryView } from './views.ts'

export type ConsumptionDeps = { readonly consumption: ConsumptionDesk; readonly schemas: Schemas }

const nameCharactersMax = 64
const reportsMax = 100

const consumerBody = z.strictObject({ name: z.string().min(1).max(nameCharactersMax) })
const takeBody = z.strictObject({
  after: z.int().min(0).default(0),
  limit: z.int().min(1).max(reportsMax).default(reportsMax),
  kid: z
    .string()
    .regex(/^[0-9a-f]{16}$/, '16 hex digits')
    .optional(),
})

const consumerView = <T extends { readonly address: string }>(consumer: T) => ({
  ...consumer,
  address: `0x${consumer.address}`,
})

const admit = async ({ consumption }: ConsumptionDeps, request: Request): Promise<Answer> => {
  const where = addressText.safeParse(request.params[0])
  if (!where.success) return errorAnswer({ code: 'api/bad-request', detail: where.error.issues[0]?.message ?? '' })
  const body = await readShape(request, consumerBody)
  if (!body.ok) return errorAnswer(body.error)
  const address = toHex(where.data)
  const { name } = body.value
  return { status: 201, value: consumerView({ address, name, token: consumption.admit(address, name) }) }
}

const withdraw = ({ consumption }: ConsumptionDeps, { params: [text = ''] }: Request): Answer => {
  const address = fromHex(text.slice(2).toLowerCase())
  const isGone = address !== null && consumption.withdraw(toHex(address))
  return isGone ? { value: { address: text } } : errorAnswer({ code: 'api/not-found', detail: `no consumer ${text}` })
}

const take = async ({ consumption, schemas }: ConsumptionDeps, request: Request): Promise<Answer> => {
  const consumer = request.bearer === null ? null : consumption.consumerOf(request.bearer)
  if (consumer === null) return errorAnswer({ code: 'api/unauthorised', detail: "this needs a consumer's token" })
  const body = await readShape(request, takeBody)
  if (!body.ok) return errorAnswer(body.error)
  const { entries, ...taken } = consumption.take(consumer, body.value)
  return { value: { ...taken, reports: entries.map((entry) => entryView(entry, schemas.schemaOf)) } }
}

/** Consumers as the host names them, and the readings that they take, which is what `use` counts. */
export const consumptionRoutes = (deps: ConsumptionDeps): readonly Route[] => [
  {
    method: 'GET',
    path: /^\/v1\/consumers$/,
    access: 'admin',
    handle: () => ({ value: { consumers: deps.consumption.consumers().map(consumerView) } }),
  },
  {
    method: 'PUT',
    path: /^\/v1\/consumers\/([^/]+)$/,
    access: 'admin',
    handle: (request) => admit(deps, request),
  },
  {
    method: 'DELETE',
    path: /^\/v1\/consumers\/(0x[0-9a-fA-F]{40})$/,
    access: 'admin',
    handle: (request) => withdraw(deps, request),
  },
  // The consumer's token is the permission.
  { method: 'POST', path: /^\/v1\/consumption$/, access: 'public', handle: (request) => take(deps, request) },
]
