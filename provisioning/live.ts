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
    const headers = client.token === null ? {} : { authorization: `Bearer ${client.token}` }
    const response = await fetch(`${client.url}/v1/live`, { signal, headers })
    if (!response.ok || response.body === null) {
      return fail(response.status === 401 ? 'api/unauthorised' : 'gateway/bad-answer', `HTTP status ${response.status}`)
    }
    let held = ''
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (held + text).split('\n\n')
      held = blocks.pop() ?? ''
      for (const block of blocks) {
        const one = parse(block)
        if (one !== null) take(one.event, one.data)
      }
    }
    return ok(null)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    return signal.aborted ? ok(null) : fail('gateway/unreachable', `${client.url}: ${cause}`)
  }
}
