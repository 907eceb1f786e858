import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { codes, fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { liveEvents } from '../live.ts'
import { eventLine } from '../live-lines.ts'

type Options = GatewayOptions & {
  readonly for?: string
  readonly kid?: string
  readonly event?: string
  readonly code?: string
}

const retryMs = 1_000

/** A filter that nothing can pass would watch in silence, and an end that is none for ever. */
const wrongFilter = ({ code, for: forS }: Options): string | null => {
  if (forS !== undefined && !(Number(forS) > 0)) return `--for ${forS} is no number of seconds`
  if (code !== undefined && code !== 'accepted' && !Object.hasOwn(codes, code)) return `--code ${code} is no code`
  return null
}

export const monitor = async (options: Options, console: Console): Promise<void> => {
  const wrong = wrongFilter(options)
  if (wrong !== null) return console.finish(fail('cli/wrong-use', wrong), () => [])
  const client = openGatewayClient(options)
  if (!client.ok) return console.finish(client, () => [])
  const counts: Record<string, number> = {}
  let heard = false
  const stop = new AbortController()
  const end = interrupted(options.for === undefined ? undefined : Number(options.for)).then(() => stop.abort())
  const take = (event: string, data: Document): void => {
    heard = true
    const { kid = data.kid, code = data.code, event: wanted = event } = options
    if (data.kid !== kid || data.code !== code || event !== wanted) return
    counts[event] = (counts[event] ?? 0) + 1
    if (console.json) process.stdout.write(`${JSON.stringify({ event, ...data })}\n`)
    else console.say(eventLine(event, data))
  }
  let failed = await liveEvents(client.value, take, stop.signal)
  // Whoever never had a connection is told why; whoever had one waits for the gateway to come back.
  if (!failed.ok && !heard && !stop.signal.aborted) {
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
