import { readFileSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import type { Code, Result } from '../../device-sdk/protocol/index.ts'
import { codes, fail, ok, readSchema } from '../../device-sdk/protocol/index.ts'
import { gatewayFiles, readAdminToken } from '../identity.ts'

type Document = Readonly<Record<string, unknown>>

const timeoutMs = 10_000
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null
const isCode = (text: unknown): text is Code => typeof text === 'string' && text in codes

const readJson = (path: string): Result<Document> => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isDocument(value) ? ok(value) : fail('schema/malformed', `${path} holds no object`)
  } catch (error) {
    return fail('schema/malformed', `${path}: ${reason(error)}`)
  }
}

const addressOf = (data: string): Result<string> => {
  const run = readJson(gatewayFiles(data).run)
  return run.ok && typeof run.value.http === 'string' ? ok(run.value.http) : fail('gateway/not-running', data)
}

const post = async (url: string, token: string, body: Document): Promise<Result<Document>> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok && isDocument(answer)) return ok(answer)
    const error = isDocument(answer) && isDocument(answer.error) ? answer.error : {}
    const detail = typeof error.detail === 'string' ? error.detail : `HTTP status ${response.status}`
    return fail(isCode(error.code) ? error.code : 'gateway/bad-answer', detail)
  } catch (error) {
    return fail('gateway/unreachable', `${url}: ${reason(error)}`)
  }
}

const add = async (file: string, data: string): Promise<Result<Document>> => {
  const json = readJson(file)
  if (!json.ok) return json
  const schema = readSchema(json.value.id, json.value.name, json.value.fields)
  if (!schema.ok) return schema
  const address = addressOf(data)
  if (!address.ok) return address
  const token = readAdminToken(data)
  return token.ok ? post(`${address.value}/v1/schemas`, token.value, schema.value) : token
}

/** Has the running gateway sign and store a schema of the network's own. */
export const gatewaySchema = async (
  file: string,
  { data }: { readonly data: string },
  console: Console,
): Promise<void> => {
  console.finish(await add(file, data), ({ id, name, fields }) => [
    `schema ${String(id)} ${String(name)}, ${Array.isArray(fields) ? fields.length : 0} fields: signed and stored`,
    'Reports may name it from now on; it is never redefined.',
  ])
}
