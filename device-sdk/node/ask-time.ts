import { randomBytes } from 'node:crypto'
import type { Result, Sync } from '../protocol/index.ts'
import {
  encodeTimeRequest,
  equalBytes,
  fail,
  mtypes,
  ok,
  readSync,
  signPayload,
  writeTagged,
} from '../protocol/index.ts'
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

const readBounded = async (response: Response): Promise<Result<Uint8Array>> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > answerBytesMax) return fail('time/no-answer', 'the answer is too long')
    parts.push(part)
  }
  return response.ok ? ok(Buffer.concat(parts)) : fail('time/no-answer', `HTTP status ${response.status}`)
}

/** Asks the gateway at `url` for its time over HTTP: before a device can connect, this is the one way. */
export const askTime = async (
  url: string,
  identity: Identity,
  pinned: Pinned,
  signal: AbortSignal,
): Promise<Result<Sync>> => {
  const question = timeQuestion(identity, pinned, () => performance.now())
  try {
    const response = await fetch(`${url}/v1/time`, {
      method: 'POST',
      body: Buffer.from(question.message),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const answer = await readBounded(response)
    return answer.ok ? question.read(answer.value) : answer
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    return fail('time/no-answer', `${url}: ${cause}`)
  }
}
