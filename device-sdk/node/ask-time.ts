import { randomBytes } from 'node:crypto'
import { callHttp, readAnswer } from '../link/index.ts'
import type { Result, Sync } from '../protocol/index.ts'
import { encodeTimeRequest, equalBytes, fail, mtypes, readSync, signPayload, writeTagged } from '../protocol/index.ts'
import { sha256 } from '../signer/index.ts'
import type { Identity } from './identity.ts'
import type { Pinned } from './read-down.ts'
import { readDown } from './read-down.ts'

/** A later answer is ignored: it could have been held back, and its time would be wrong by as much. */
const answerMsMax = 10_000
const timeoutMs = 3_000
const answerBytesMax = 512

export type TimeQuestion = {
  /** Tagged. */
  readonly message: Uint8Array
  /** The answer, once it is shown to be that of a pinned gateway to this very question. */
  read(answer: Uint8Array): Result<Sync>
}

/**
 * One signed time request. Errors of `read`: those of a signed message, time/late-answer, time/wrong-echo.
 * @param monotonicMs - a clock that nobody sets.
 */
export const timeQuestion = (identity: Identity, pinned: Pinned, monotonicMs: () => number): TimeQuestion => {
  const { net, kid, signer } = identity
  const nonce = randomBytes(8)
  const askedMs = monotonicMs()
  const payload = encodeTimeRequest({ nonce, session: false })
  return {
    message: writeTagged(signPayload(payload, { mtype: mtypes.time, net, kid }, sha256, signer.sign)),
    read: (answer) => {
      const body = readDown(answer, mtypes.sync, identity, pinned)
      const sync = body.ok ? readSync(body.value) : body
      if (!sync.ok) return sync
      if (!equalBytes(sync.value.echo, nonce)) return fail('time/wrong-echo')
      const tookMs = monotonicMs() - askedMs
      return tookMs > answerMsMax ? fail('time/late-answer', `${Math.round(tookMs)} ms`) : sync
    },
  }
}

/** Asks the gateway at `url` for its time over HTTP or HTTPS: before a device can connect, this is the one way. */
export const askTime = async (
  url: string,
  identity: Identity,
  pinned: Pinned,
  signal: AbortSignal,
  tlsSpki?: Uint8Array,
): Promise<Result<Sync>> => {
  const question = timeQuestion(identity, pinned, () => performance.now())
  const answer = await callHttp(`${url}/v1/time`, {
    method: 'POST',
    body: question.message,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    ...(tlsSpki === undefined ? {} : { tlsSpki }),
  })
  if (!answer.ok) return answer.error.code === 'tls/wrong-key' ? answer : fail('time/no-answer', answer.error.detail)
  const body = await readAnswer(answer.value, answerBytesMax)
  if (body === null) return fail('time/no-answer', 'the answer is too long, or ended early')
  const { statusCode } = answer.value
  return statusCode === 200 ? question.read(body) : fail('time/no-answer', `HTTP status ${statusCode}`)
}
