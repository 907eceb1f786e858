import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, fromHex, kidOf, mtypes, ok } from '../../device-sdk/protocol/index.ts'

export type VectorKey = { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array; readonly kid: Uint8Array }
/** A message that must be accepted, and made again to the same bytes. */
export type Vector = {
  readonly name: string
  readonly net: number
  readonly mtype: number
  readonly signer: VectorKey
  readonly to: Uint8Array | null
  readonly payload: Uint8Array
  readonly cose: Uint8Array
  readonly compact: Uint8Array | null
  /** From a file of every type. */
  readonly manyTypes: boolean
}
/** A message that must be refused with this code. */
export type RefusedVector = {
  readonly name: string
  readonly code: string
  readonly net: number
  readonly mtype: number
  readonly publicKey: Uint8Array
  readonly kid: Uint8Array
  readonly cose: Uint8Array
}

export const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()

const bytes = z.string().transform((text, context) => {
  const read = fromHex(text)
  if (read !== null) return read
  context.addIssue({ code: 'custom', message: 'must be an even number of lower-case hex digits' })
  return z.NEVER
})
const mtype = z.int().min(1).max(10)
const net = z.int().min(0)
const name = z.string().default('unnamed')
const key = z.object({ secretKey: bytes, publicKey: bytes, kid: bytes })
const message = z.object({ name, payload: bytes, cose: bytes, compact: bytes.nullish() })

/** One key for all messages, as in wire_examples.json. */
const oneKey = key.extend({ net, mtype: mtype.default(mtypes.report), messages: z.array(message) })
/** Each message with its signer, addressee and type, as in wire_bodies.json. */
const manyKeys = z.object({
  net,
  keys: z.record(z.string(), key),
  messages: z.array(message.extend({ signer: z.string(), to: z.string().nullable().default(null), mtype })),
})
const refused = z.object({
  net,
  mtype: mtype.default(mtypes.report),
  publicKey: bytes,
  kid: bytes,
  messages: z.array(z.object({ name, code: z.string(), cose: bytes })),
})

const parse = <T>(file: string, schemaOf: (value: unknown) => z.ZodType<T>): Result<T> => {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const parsed = schemaOf(value).safeParse(value)
    if (parsed.success) return ok(parsed.data)
    const [issue] = parsed.error.issues
    return fail('wire/bad-file', `${file}: ${issue?.path.join('.')}: ${issue?.message}`)
  } catch (error) {
    return fail('wire/bad-file', `${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const several = <T>(file: string, list: readonly T[]): Result<readonly T[]> =>
  list.length > 0 ? ok(list) : fail('wire/bad-file', `${file} holds no message`)

const isManyKeys = (value: unknown): boolean => typeof value === 'object' && value !== null && 'keys' in value

const fromOneKey = (file: z.infer<typeof oneKey>): Vector[] =>
  file.messages.map((one) => ({
    ...one,
    net: file.net,
    mtype: file.mtype,
    signer: file,
    to: null,
    compact: one.compact ?? null,
    manyTypes: false,
  }))

const fromManyKeys = (path: string, file: z.infer<typeof manyKeys>): Result<Vector[]> => {
  const vectors: Vector[] = []
  for (const one of file.messages) {
    const signer = file.keys[one.signer]
    const to = one.to === null ? null : file.keys[one.to]?.kid
    if (signer === undefined || to === undefined)
      return fail('wire/bad-file', `${path}: ${one.name} names no key of the file`)
    vectors.push({ ...one, net: file.net, signer, to, compact: one.compact ?? null, manyTypes: true })
  }
  return ok(vectors)
}

/** Reads messages to accept. A kid that is not of its key is refused: it would make every answer worthless. */
export const readVectors = (path: string): Result<readonly Vector[]> => {
  const file = parse<z.infer<typeof oneKey> | z.infer<typeof manyKeys>>(path, (value) =>
    isManyKeys(value) ? manyKeys : oneKey,
  )
  if (!file.ok) return file
  const vectors = 'keys' in file.value ? fromManyKeys(path, file.value) : ok(fromOneKey(file.value))
  if (!vectors.ok) return vectors
  const strange = vectors.value.find(({ signer }) => !equalBytes(kidOf(signer.publicKey, sha256), signer.kid))
  return strange === undefined
    ? several(path, vectors.value)
    : fail('wire/bad-file', `${path}: a kid is not of its publicKey`)
}

export const readRefused = (path: string): Result<readonly RefusedVector[]> => {
  const file = parse(path, () => refused)
  if (!file.ok) return file
  const { messages, ...shared } = file.value
  return several(
    path,
    messages.map((one) => ({ ...shared, ...one })),
  )
}
