import { decode } from './cbor/decode.ts'
import { encode } from './cbor/encode.ts'
import type { CborValue } from './cbor/value.ts'
import { isInt, isList, isUint32 } from './cbor/value.ts'
import { columnsMax, schemaNameBytesMax, schemaUnitBytesMax } from './limits.ts'
import type { Result } from './result.ts'
import { fail, ok } from './result.ts'
import type { Field, Schema } from './schemas.ts'
import { firstOwnSchema } from './schemas.ts'
import type { Sha256, SignDigest, VerifyDigest } from './sign1.ts'
import type { SignedDocument } from './signed-document.ts'
import { holdsDocument, signDocument } from './signed-document.ts'

const label = 'hexfix-schema'

/** Names become names of SenML records (RFC 8428 section 4.5.1). */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= schemaNameBytesMax && /^[A-Za-z0-9][A-Za-z0-9:./_-]*$/.test(value)

const isUnit = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= schemaUnitBytesMax && /^[!-~]+$/.test(value)

const isExponent = (value: unknown): value is number => isInt(value) && value >= -9 && value <= 9

const readField = (value: unknown): Field | null => {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return null
  const [name, unit, exp, offset] = value
  if (!isName(name) || !isUnit(unit) || !isExponent(exp)) return null
  if (offset === undefined) return [name, unit, exp]
  // An offset of 0 is left out, so that a schema has one encoding.
  return isInt(offset) && offset !== 0 ? [name, unit, exp, offset] : null
}

/** Checks a schema of a network's own, whoever made it: an operator's JSON or a stored document. @returns `schema/malformed`. */
export const readSchema = (id: unknown, name: unknown, fields: unknown): Result<Schema> => {
  if (!isUint32(id) || id < firstOwnSchema)
    return fail('schema/malformed', `id ${String(id)}, must be ${firstOwnSchema} to 4294967295`)
  if (!isName(name)) return fail('schema/malformed', `name, at most ${schemaNameBytesMax} of A-Z a-z 0-9 - : . / _`)
  if (!Array.isArray(fields) || fields.length < 1 || fields.length > columnsMax)
    return fail('schema/malformed', `fields, must be 1 to ${columnsMax}`)
  const read: Field[] = []
  for (const one of fields) {
    const field = readField(one)
    if (field === null || read.some(([known]) => known === field[0]))
      return fail(
        'schema/malformed',
        `field ${read.length}, must be [name, unit, exponent -9 to 9, offset?], named once`,
      )
    read.push(field)
  }
  return ok({ id, name, fields: read })
}

/** ["hexfix-schema", id, name, schema], deterministic CBOR. */
export const encodeSchemaDocument = (schema: Schema): Uint8Array =>
  encode([label, schema.id, schema.name, schema.fields as readonly CborValue[]])

export const readSchemaDocument = (document: Uint8Array): Result<Schema> => {
  const decoded = decode(document)
  if (!decoded.ok) return fail('schema/malformed', decoded.error.detail)
  const list = decoded.value
  if (!isList(list) || list.length !== 4 || list[0] !== label) return fail('schema/malformed', 'no schema document')
  return readSchema(list[1], list[2], list[3])
}

export const signSchema = (schema: Schema, net: number, sha256: Sha256, sign: SignDigest): SignedDocument =>
  signDocument(label, encodeSchemaDocument(schema), net, sha256, sign)

/** The schema of a document that this gateway's key signed for this network. @returns `schema/bad-signature`, `schema/malformed`. */
export const verifySchema = (
  signed: SignedDocument,
  net: number,
  publicKey: Uint8Array,
  sha256: Sha256,
  verify: VerifyDigest,
): Result<Schema> =>
  holdsDocument(label, signed, net, publicKey, sha256, verify)
    ? readSchemaDocument(signed.document)
    : fail('schema/bad-signature')
