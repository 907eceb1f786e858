import { callHttp } from '../device-sdk/link/index.ts'
import type { Result } from '../device-sdk/protocol/index.ts'
import { fail, ok } from '../device-sdk/protocol/index.ts'
import type { Document, GatewayClient } from './gateway-client.ts'

const parse = (block: string): { event: string; data: Document } | null => {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const [event, data] = [field('event'), field('data')]
  return event === undefined || data === undefined ? null : { event, data: JSON.parse(data) as Document }
}

/** Reads the gateway's server-sent events until the connection ends or `signal` says so. */
export const liveEvents = async (
  client: GatewayClient,
  take: (event: string, data: Document) => void,
  signal: AbortSignal,
): Promise<Result<null>> => {
  try {
    const headers: Record<string, string> = client.token === null ? {} : { authorization: `Bearer ${client.token}` }
    const pin = client.tlsSpki === null ? {} : { tlsSpki: client.tlsSpki }
    const answer = await callHttp(`${client.url}/v1/live`, { method: 'GET', signal, headers, ...pin })
    if (!answer.ok) return signal.aborted ? ok(null) : answer
    const { statusCode } = answer.value
    if (statusCode !== 200) {
      answer.value.destroy()
      return fail(statusCode === 401 ? 'api/unauthorised' : 'gateway/bad-answer', `HTTP status ${statusCode}`)
    }
    let held = ''
    for await (const text of answer.value.setEncoding('utf8') as AsyncIterable<string>) {
      const blocks = (held + text).split('\n\n')
      held = blocks.pop() ?? ''
      for (const block of blocks) {
        const one = parse(block)
        if (one !== null) take(one.event, one.data)
      }
    }
    return ok(null)
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    return signal.aborted ? ok(null) : fail('gateway/unreachable', `${client.url}: ${cause}`)
  }
}
