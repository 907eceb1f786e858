import type { Result, Schema, SchemaLookup, SignDigest, SignedDocument } from '../../device-sdk/protocol/index.ts'
import {
  encodeSchemaDocument,
  equalBytes,
  fail,
  ok,
  schemasMax,
  signSchema,
  standardSchema,
  standardSchemas,
  verifySchema,
} from '../../device-sdk/protocol/index.ts'
import type { Store } from '../store/index.ts'
import type { HashAndVerify } from './registry.ts'

export type KnownSchema = SignedDocument & { readonly schema: Schema; readonly addedMs: number }

export type SchemasDeps = HashAndVerify & {
  readonly store: Store
  readonly identity: { readonly net: number; readonly publicKey: Uint8Array; readonly sign: SignDigest }
  now(): number
}

const load = ({ store, identity, sha256, verify }: SchemasDeps): Result<Map<number, KnownSchema>> => {
  const known = new Map<number, KnownSchema>()
  for (const { id, document, signature, addedMs } of store.schemas.all()) {
    const schema = verifySchema({ document, signature }, identity.net, identity.publicKey, sha256, verify)
    if (!schema.ok) return fail(schema.error.code, `schema ${id} in the store`)
    if (schema.value.id !== id) return fail('schema/malformed', `schema ${id} in the store says ${schema.value.id}`)
    known.set(id, { schema: schema.value, document, signature, addedMs })
  }
  return ok(known)
}

/** The schemas that reports may name: the standard ones, and the network's own, each signed by the gateway's key. */
export const openSchemas = (deps: SchemasDeps) => {
  const loaded = load(deps)
  if (!loaded.ok) return loaded
  const own = loaded.value
  const isTaken = ({ id, name }: Schema): boolean =>
    own.has(id) || [...standardSchemas, ...[...own.values()].map((one) => one.schema)].some((one) => one.name === name)

  return ok({
    schemaOf: ((id) => own.get(id)?.schema ?? standardSchema(id)) satisfies SchemaLookup,
    own: (): KnownSchema[] => [...own.values()],
    /** Signs and stores a schema that `readSchema` accepted. The same one again changes nothing; an id is never redefined. */
    add: (schema: Schema): Result<KnownSchema> => {
      const there = own.get(schema.id)
      if (there !== undefined && equalBytes(there.document, encodeSchemaDocument(schema))) return ok(there)
      if (isTaken(schema)) return fail('schema/taken', `${schema.id} ${schema.name}`)
      if (own.size >= schemasMax) return fail('schema/too-many', `${schemasMax}`)
      const { identity, sha256, store, now } = deps
      const signed = signSchema(schema, identity.net, sha256, identity.sign)
      const added: KnownSchema = { ...signed, schema, addedMs: now() }
      if (!store.schemas.insert({ ...signed, id: schema.id, addedMs: added.addedMs }))
        return fail('schema/taken', `${schema.id}`)
      own.set(schema.id, added)
      return ok(added)
    },
  })
}

type Opened = ReturnType<typeof openSchemas>
export type Schemas = Extract<Opened, { readonly ok: true }>['value']
