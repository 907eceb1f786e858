import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { liveEvents } from '../live.ts'
import { eventLine } from '../live-lines.ts'

type Options = GatewayOptions & { readonly for?: string; readonly kid?: string }

const retryMs = 1_000

export const monitor = async (options: Options, console: Console): Promise<void> => {
  const forS = options.for === undefined ? undefined : Number(options.for)
  if (forS !== undefined && !(forS > 0))
    return console.finish(fail('api/bad-request', `--for ${options.for}`), () => [])
  const client = openGatewayClient(options)
  if (!client.ok) return console.finish(client, () => [])
  const counts: Record<string, number> = {}
  const stop = new AbortController()
  const end = interrupted(forS).then(() => stop.abort())
  const take = (event: string, data: Document): void => {
    if (options.kid !== undefined && data.kid !== options.kid) return
    counts[event] = (counts[event] ?? 0) + 1
    console.say(eventLine(event, data))
  }
  let failed = await liveEvents(client.value, take, stop.signal)
  // Whoever never had a connection is told why; whoever had one waits for the gateway to come back.
  if (!failed.ok && Object.keys(counts).length === 0 && !stop.signal.aborted) {
    console.finish(failed, () => [])
    process.exit()
  }
  while (!stop.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, retryMs))
    if (!stop.signal.aborted) failed = await liveEvents(client.value, take, stop.signal)
  }
  await end
  console.finish(ok({ events: counts }), () => [])
}
