import { readFileSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok, readSchema } from '../../device-sdk/protocol/index.ts'
import type { Document } from './local-api.ts'
import { askGateway, isDocument } from './local-api.ts'

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const readJson = (path: string): Result<Document> => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isDocument(value) ? ok(value) : fail('schema/malformed', `${path} holds no object`)
  } catch (error) {
    return fail('schema/malformed', `${path}: ${reason(error)}`)
  }
}

const add = async (file: string, data: string): Promise<Result<Document>> => {
  const json = readJson(file)
  if (!json.ok) return json
  const schema = readSchema(json.value.id, json.value.name, json.value.fields)
  if (!schema.ok) return schema
  return askGateway(data, 'POST', '/v1/schemas', schema.value)
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
