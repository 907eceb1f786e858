import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Console } from '../../bin/console/index.ts'
import type { Binding, Failure, Result } from '../../device-sdk/protocol/index.ts'
import {
  checkSchemas,
  decode,
  encode,
  encodeConnect,
  encodeEnrol,
  encodeReceipt,
  encodeReport,
  equalBytes,
  fail,
  fromHex,
  kidOf,
  mtypes,
  ok,
  readConnect,
  readEnrol,
  readReceipt,
  readReport,
  readSign1,
  signPayload,
  standardSchema,
  toHex,
  verifySign1,
  writeCompact,
  writeTagged,
} from '../../device-sdk/protocol/index.ts'
import { nobleSigner } from '../../device-sdk/signer/index.ts'
import type { Verifier } from '../verifier/index.ts'
import { chooseVerifier } from '../verifier/index.ts'

const bytes = z.string().transform((text, context) => {
  const read = fromHex(text)
  if (read !== null) return read
  context.addIssue({ code: 'custom', message: 'must be an even number of lower-case hex digits' })
  return z.NEVER
})
const fileSchema = z.object({
  secretKey: bytes,
  publicKey: bytes,
  kid: bytes,
  net: z.int().min(0),
  mtype: z.int().min(1).max(10).default(mtypes.report),
  messages: z.array(
    z.object({ name: z.string().default('unnamed'), payload: bytes, cose: bytes, compact: bytes.optional() }),
  ),
})
type Vectors = z.infer<typeof fileSchema>
type Vector = Vectors['messages'][number]

const firstOwnSchema = 1024
const flips = [0x01, 0xff]
const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()

const readVectors = (file: string): Result<Vectors> => {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return fail('wire/bad-file', `${file}: ${issue?.path.join('.')}: ${issue?.message}`)
    }
    const { data } = parsed
    if (data.messages.length === 0) return fail('wire/bad-file', `${file} holds no message`)
    if (!equalBytes(kidOf(data.publicKey, sha256), data.kid))
      return fail('wire/bad-file', `${file}: kid is not of publicKey`)
    return ok(data)
  } catch (error) {
    return fail('wire/bad-file', `${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Reads a body by its type and writes it again. Schemas of a network's own are known to its registry, not here. */
const again = (mtype: number, payload: Uint8Array): Result<Uint8Array> => {
  const map = <T>(result: Result<T>, write: (value: T) => Uint8Array): Result<Uint8Array> =>
    result.ok ? ok(write(result.value)) : result
  if (mtype === mtypes.connect) return map(readConnect(payload), encodeConnect)
  if (mtype === mtypes.receipt) return map(readReceipt(payload), encodeReceipt)
  if (mtype === mtypes.enrol) return map(readEnrol(payload), encodeEnrol)
  const decoded = decode(payload)
  if (mtype !== mtypes.report || !decoded.ok) return map(decoded, encode)
  const report = readReport(decoded.value)
  if (!report.ok) return report
  const blocks = report.value.blocks.filter((block) => block.type !== 'sensor' || block.schema < firstOwnSchema)
  return map(checkSchemas({ ...report.value, blocks }, standardSchema), () => encodeReport(report.value))
}

/** The whole way of a message from outside: frame, scan, kid, signature, shape. */
const admit = (
  message: Uint8Array,
  binding: Binding,
  publicKey: Uint8Array,
  verifier: Verifier,
): Result<Uint8Array> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  const payload = verifySign1(frame.value, binding, publicKey, sha256, verifier.verify)
  return payload.ok ? again(binding.mtype, payload.value) : payload
}

const flipped = (form: Uint8Array, refused: (changed: Uint8Array) => boolean): Failure | null => {
  for (let at = 0; at < form.length; at++) {
    for (const flip of flips) {
      const changed = form.slice()
      changed[at] = (changed[at] as number) ^ flip
      if (!refused(changed))
        return { code: 'wire/malformed', detail: `byte ${at} changed by 0x${flip.toString(16)} is accepted` }
    }
  }
  return null
}

const checkVector = (vector: Vector, file: Vectors, verifier: Verifier): Failure | null => {
  const binding = { mtype: file.mtype, net: file.net, kid: file.kid }
  const signed = signPayload(vector.payload, binding, sha256, nobleSigner(file.secretKey).sign)
  const forms = [[vector.cose, writeTagged(signed)] as const]
  if (vector.compact !== undefined) forms.push([vector.compact, writeCompact(signed)])
  for (const [form, made] of forms) {
    const admitted = admit(form, binding, file.publicKey, verifier)
    if (!admitted.ok) return admitted.error
    if (!equalBytes(admitted.value, vector.payload))
      return { code: 'wire/malformed', detail: `encodes again to ${toHex(admitted.value)}` }
    if (!equalBytes(made, form)) return { code: 'sign1/bad-signature', detail: `signs again to ${toHex(made)}` }
    const accepted = flipped(form, (changed) => !admit(changed, binding, file.publicKey, verifier).ok)
    if (accepted !== null) return accepted
  }
  return null
}

export const wireCheck = async (path: string, console: Console): Promise<void> => {
  const file = readVectors(path)
  if (!file.ok) {
    console.finish(file, () => [])
    if (!console.json) console.say('0 passed, 0 failed')
    return
  }
  const { verifier } = await chooseVerifier()
  const failed: { name: string; code: string; detail: string }[] = []
  for (const vector of file.value.messages) {
    const failure = checkVector(vector, file.value, verifier)
    console.say(
      `${failure === null ? 'ok  ' : 'FAIL'}  ${vector.name}${failure === null ? '' : `: ${failure.code}, ${failure.detail ?? ''}`}`,
    )
    if (failure !== null) failed.push({ name: vector.name, code: failure.code, detail: failure.detail ?? '' })
  }
  const passed = file.value.messages.length - failed.length
  if (failed.length > 0) process.exitCode = 1
  console.finish(ok({ passed, failed: failed.length, failures: failed }), () => [
    `${passed} passed, ${failed.length} failed`,
  ])
}
