import { readSchema, standardSchemas, toHex } from '../../device-sdk/protocol/index.ts'
import type { Schemas } from '../registry/index.ts'
import type { Answer, Request, Route } from './http.ts'
import { answerOf, errorAnswer, readJson } from './http.ts'

type Known = ReturnType<Schemas['own']>[number]

/** With everything that a stranger needs to verify it; the key is in GET /v1/gateway. */
const ownView = ({ schema, document, signature, addedMs }: Known) => ({
  ...schema,
  document: toHex(document),
  signature: toHex(signature),
  addedMs,
})

const listSchemas = (schemas: Schemas): Answer => ({
  value: { schemas: [...standardSchemas, ...schemas.own().map(ownView)] },
})

const addSchema = async (schemas: Schemas, request: Request): Promise<Answer> => {
  const json = await readJson(request)
  if (!json.ok) return errorAnswer(json.error)
  const body: Readonly<Record<string, unknown>> =
    typeof json.value === 'object' && json.value !== null ? { ...json.value } : {}
  const schema = readSchema(body.id, body.name, body.fields)
  return schema.ok ? answerOf(schemas.add(schema.value), ownView, 201) : errorAnswer(schema.error)
}

export const schemaRoutes = (schemas: Schemas): readonly Route[] => [
  { method: 'GET', path: /^\/v1\/schemas$/, access: 'read', handle: () => listSchemas(schemas) },
  { method: 'POST', path: /^\/v1\/schemas$/, access: 'admin', handle: (request) => addSchema(schemas, request) },
]
