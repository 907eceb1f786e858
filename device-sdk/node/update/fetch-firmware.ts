import { setTimeout as pause } from 'node:timers/promises'
import { callHttp, readAnswer } from '../../link/index.ts'
import type { Result, TrustedGateway, Update } from '../../protocol/index.ts'
import { equalBytes, fail, ok } from '../../protocol/index.ts'
import { sha256 } from '../../signer/index.ts'

const timeoutMs = 600_000
const triesMax = 3
const restMsDefault = 5_000

/** The pin holds for the gateway's own addresses: files may lie elsewhere, and there the authorities decide. */
const pinFor = (url: string, { urls, tlsSpki }: TrustedGateway): { readonly tlsSpki?: Uint8Array } => {
  const isOwn = urls.some((one) => URL.canParse(one) && new URL(one).hostname === new URL(url).hostname)
  return isOwn && tlsSpki !== undefined ? { tlsSpki } : {}
}

const fetchOnce = async (
  { url, size }: Update,
  by: TrustedGateway,
  signal: AbortSignal,
): Promise<Result<Uint8Array>> => {
  const answer = await callHttp(url, { method: 'GET', signal, ...pinFor(url, by) })
  if (!answer.ok) return fail('update/not-fetched', answer.error.detail ?? answer.error.code)
  const { statusCode, headers } = answer.value
  const declared = Number(headers['content-length'] ?? size)
  if (statusCode !== 200 || declared !== size) {
    answer.value.destroy()
    if (statusCode !== 200) return fail('update/not-fetched', `${url}: HTTP status ${statusCode}`)
    return fail('update/wrong-hash', `${url}: ${declared} bytes in place of ${size}`)
  }
  const bytes = await readAnswer(answer.value, size)
  return bytes === null ? fail('update/not-fetched', `${url}: it broke off, or is over ${size} bytes`) : ok(bytes)
}

/**
 * The bytes that an update signs, or none of them: size and SHA-256 are checked before anybody sees them. What breaks off is
 * begun again, a few times. Errors: update/not-fetched, update/wrong-hash.
 */
export const fetchFirmware = async (
  update: Update,
  by: TrustedGateway,
  ended: AbortSignal,
  restMs = restMsDefault,
): Promise<Result<Uint8Array>> => {
  if (!URL.canParse(update.url) || !/^https?:/.test(update.url))
    return fail('update/not-fetched', 'no URL of http or https')
  for (let tries = 1; ; tries++) {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)])
    const bytes = await fetchOnce(update, by, signal)
    if (bytes.ok) {
      const isRight = bytes.value.length === update.size && equalBytes(sha256(bytes.value), update.sha256)
      return isRight ? bytes : fail('update/wrong-hash', `${update.url}: ${bytes.value.length} bytes`)
    }
    if (bytes.error.code === 'update/wrong-hash' || tries >= triesMax || ended.aborted) return bytes
    await pause(restMs * tries, null, { signal: ended }).catch(() => null)
  }
}
