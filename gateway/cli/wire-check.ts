import type { Console } from '../../bin/console/index.ts'
import type { Binding, Failure, Result } from '../../device-sdk/protocol/index.ts'
import {
  bodies,
  decode,
  equalBytes,
  fail,
  ok,
  readSign1,
  signPayload,
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

type Checked = { readonly name: string; readonly failure: string | null; readonly note: string | null }

const flips = [0x01, 0xff]

/** The way of a message from outside, in the order of docs/protocol.md, as far as its signature: frame, scan, kid, ECDSA. */
const open = (message: Uint8Array, binding: Binding, publicKey: Uint8Array, verifier: Verifier): Result<Uint8Array> => {
  const frame = readSign1(message)
  if (!frame.ok) return frame
  const scanned = decode(frame.value.payload)
  if (!scanned.ok) return scanned
  return verifySign1(frame.value, binding, publicKey, sha256, verifier.verify)
}

/** The body as its type says, written again. */
const again = (mtype: number, payload: Uint8Array): Result<Uint8Array> =>
  bodies[mtype]?.again(payload) ?? fail('wire/malformed', `no type ${mtype}`)

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
const checkVector = ({ name, net, mtype, signer, to, ...vector }: Vector, verifier: Verifier): Checked => {
  const failed = (failure: string): Checked => ({ name, failure, note: null })
  const binding: Binding = { mtype, net, kid: signer.kid, ...(to === null ? {} : { to }) }
  const signed = signPayload(vector.payload, binding, sha256, nobleSigner(signer.secretKey).sign)
  const forms: [Uint8Array, Uint8Array][] = [[vector.cose, writeTagged(signed)]]
  if (vector.compact !== null) forms.push([vector.compact, writeCompact(signed)])
  for (const [form, made] of forms) {
    const opened = open(form, binding, signer.publicKey, verifier)
    if (!opened.ok) return failed(inWords(opened.error))
    if (!equalBytes(opened.value, vector.payload)) return failed(`carries ${toHex(opened.value)}`)
    if (!equalBytes(made, form)) return failed(`signs again to ${toHex(made)}`)
    const accepted = firstAccepted(form, (changed) => !open(changed, binding, signer.publicKey, verifier).ok)
    if (accepted !== null) return failed(accepted)
  }
  const written = again(mtype, vector.payload)
  if (written.ok) {
    return equalBytes(written.value, vector.payload)
      ? { name, failure: null, note: null }
      : failed(`encodes again to ${toHex(written.value)}`)
  }
  // Such a file is about envelopes of every type: what a report in it says is for the gateway to judge, and is told.
  const isJudgedLater = vector.manyTypes && written.error.code === 'report/bad-shape'
  return isJudgedLater
    ? { name, failure: null, note: `a gateway refuses it: ${inWords(written.error)}` }
    : failed(inWords(written.error))
}

const checkRefused = ({ name, net, mtype, kid, publicKey, cose, code }: RefusedVector, verifier: Verifier): Checked => {
  const opened = open(cose, { mtype, net, kid }, publicKey, verifier)
  const admitted = opened.ok ? again(mtype, opened.value) : opened
  const failure = admitted.ok ? `is accepted, must be ${code}` : `is ${inWords(admitted.error)}, must be ${code}`
  return { name, failure: !admitted.ok && admitted.error.code === code ? null : failure, note: null }
}

const line = ({ name, failure, note }: Checked): string => {
  if (failure !== null) return `FAIL  ${name}: ${failure}`
  return `ok    ${name}${note === null ? '' : ` (${note})`}`
}

/** Each file as its shape says; one failure fails the whole. */
export const wireCheck = async (
  path: string,
  options: { readonly refused?: boolean },
  console: Console,
): Promise<void> => {
  const { verifier } = await chooseVerifier()
  const all = <T>(list: Result<readonly T[]>, check: (vector: T, verifier: Verifier) => Checked): Result<Checked[]> =>
    list.ok ? ok(list.value.map((vector) => check(vector, verifier))) : list
  const checked = options.refused ? all(readRefused(path), checkRefused) : all(readVectors(path), checkVector)
  if (!checked.ok) {
    console.finish(checked, () => [])
    if (!console.json) console.say('0 passed, 0 failed')
    return
  }
  for (const one of checked.value) console.say(line(one))
  const failures = checked.value.filter(({ failure }) => failure !== null)
  const passed = checked.value.length - failures.length
  if (failures.length > 0) process.exitCode = 1
  console.finish(ok({ passed, failed: failures.length, failures }), () => [
    `${passed} passed, ${failures.length} failed`,
  ])
}
