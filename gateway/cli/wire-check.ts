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
import type { RefusedVector, Vector } from './vector-files.ts'
import { readRefused, readVectors, sha256 } from './vector-files.ts'

type Checked = { readonly name: string; readonly failure: string | null }

const firstOwnSchema = 1024
const flips = [0x01, 0xff]

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

/** The whole way of a message from outside, in the order of docs/protocol.md: frame, scan, kid, signature, shape. */
const admit = (
  message: Uint8Array,
  binding: Binding,
  publicKey: Uint8Array,
  verifier: Verifier,
): Result<Uint8Array> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  const scanned = decode(frame.value.payload)
  if (!scanned.ok) return scanned
  const payload = verifySign1(frame.value, binding, publicKey, sha256, verifier.verify)
  return payload.ok ? again(binding.mtype, payload.value) : payload
}

const inWords = ({ code, detail }: Failure): string => (detail === undefined ? code : `${code}, ${detail}`)

const firstAccepted = (form: Uint8Array, isRefused: (changed: Uint8Array) => boolean): string | null => {
  for (let at = 0; at < form.length; at++) {
    for (const flip of flips) {
      const changed = form.slice()
      changed[at] = (changed[at] as number) ^ flip
      if (!isRefused(changed)) return `byte ${at} changed by 0x${flip.toString(16)} is accepted`
    }
  }
  return null
}

/** Verified, decoded, encoded again to the same bytes, signed again to the same bytes, refused with any one byte changed. */
const checkVector = ({ net, mtype, signer, to, ...vector }: Vector, verifier: Verifier): string | null => {
  const binding: Binding = { mtype, net, kid: signer.kid, ...(to === null ? {} : { to }) }
  const signed = signPayload(vector.payload, binding, sha256, nobleSigner(signer.secretKey).sign)
  const forms: [Uint8Array, Uint8Array][] = [[vector.cose, writeTagged(signed)]]
  if (vector.compact !== null) forms.push([vector.compact, writeCompact(signed)])
  for (const [form, made] of forms) {
    const admitted = admit(form, binding, signer.publicKey, verifier)
    if (!admitted.ok) return inWords(admitted.error)
    if (!equalBytes(admitted.value, vector.payload)) return `encodes again to ${toHex(admitted.value)}`
    if (!equalBytes(made, form)) return `signs again to ${toHex(made)}`
    const accepted = firstAccepted(form, (changed) => !admit(changed, binding, signer.publicKey, verifier).ok)
    if (accepted !== null) return accepted
  }
  return null
}

const checkRefused = ({ net, mtype, kid, publicKey, cose, code }: RefusedVector, verifier: Verifier): string | null => {
  const admitted = admit(cose, { mtype, net, kid }, publicKey, verifier)
  if (admitted.ok) return `is accepted, must be ${code}`
  return admitted.error.code === code ? null : `is ${inWords(admitted.error)}, must be ${code}`
}

/** Each file as its shape says, one after the other; one failure fails the whole. */
export const wireCheck = async (
  path: string,
  options: { readonly refused?: boolean },
  console: Console,
): Promise<void> => {
  const { verifier } = await chooseVerifier()
  const check = <T extends { readonly name: string }>(
    list: Result<readonly T[]>,
    one: (vector: T) => string | null,
  ): Result<Checked[]> =>
    list.ok ? ok(list.value.map((vector) => ({ name: vector.name, failure: one(vector) }))) : list
  const checked = options.refused
    ? check(readRefused(path), (vector) => checkRefused(vector, verifier))
    : check(readVectors(path), (vector) => checkVector(vector, verifier))
  if (!checked.ok) {
    console.finish(checked, () => [])
    if (!console.json) console.say('0 passed, 0 failed')
    return
  }
  for (const { name, failure } of checked.value)
    console.say(failure === null ? `ok    ${name}` : `FAIL  ${name}: ${failure}`)
  const failures = checked.value.filter(({ failure }) => failure !== null)
  const passed = checked.value.length - failures.length
  if (failures.length > 0) process.exitCode = 1
  console.finish(ok({ passed, failed: failures.length, failures }), () => [
    `${passed} passed, ${failures.length} failed`,
  ])
}
