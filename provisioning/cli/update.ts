import type { Console } from '../../bin/console/index.ts'
import type { Code, Result } from '../../device-sdk/protocol/index.ts'
import { codes, fail } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { localTime } from './owner-key.ts'

type UpdateOptions = GatewayOptions & {
  readonly release: number
  readonly board?: string
  readonly percent: number
  readonly expires: number
}

const secondsPerHour = 3_600

/** What a stage means for whoever waits, with the time of the newest step. */
const stageText = ({ stage, sentMs, fetchedMs, endedMs, expiresMs }: Document): string => {
  const at = endedMs ?? fetchedMs ?? sentMs
  const waits = stage === 'waiting' ? `until ${localTime(Number(expiresMs))}, for the device to connect` : ''
  return `${String(stage).padEnd(11)}  ${typeof at === 'number' && stage !== 'waiting' ? localTime(at) : waits}`
}

const lines = (update: Document): string[] => {
  const { kid, board, firmware, runs, code } = update
  const now = typeof runs === 'number' ? `, runs ${runs}` : ''
  const head = `${String(kid)}  ${String(board)} firmware ${String(firmware)}${now}  ${stageText(update)}`
  if (typeof code !== 'string') return [head]
  const known = code in codes ? codes[code as Code] : null
  return [head, `  ${code}${known === null ? '' : `: ${known.meaning}\n  next: ${known.next}`}`]
}

const finish = (answer: Result<Document>, none: string, console: Console): void => {
  console.finish(answer, ({ updates }) => {
    const list = Array.isArray(updates) ? (updates as Document[]) : []
    return list.length === 0 ? [none] : list.flatMap(lines)
  })
}

const ask = async (kids: readonly string[], options: UpdateOptions): Promise<Result<Document>> => {
  const { release: firmware, board, percent, expires } = options
  if (kids.length === 0 && board === undefined) return fail('cli/wrong-use', 'name devices, or a board with --board')
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const named = kids.length === 0 ? {} : { kids }
  const wish = { firmware, ...named, ...(board === undefined ? {} : { board }), percent }
  return client.value.send('POST', '/v1/updates', { ...wish, expiresS: expires * secondsPerHour })
}

export const updateDevices = async (
  kids: readonly string[],
  options: UpdateOptions,
  console: Console,
): Promise<void> => {
  finish(await ask(kids, options), 'no device of this board runs something older', console)
}

export const listUpdates = async (
  kid: string | undefined,
  options: GatewayOptions,
  console: Console,
): Promise<void> => {
  const client = openGatewayClient(options)
  const query = kid === undefined ? '' : `?kid=${encodeURIComponent(kid)}`
  const answer = client.ok ? await client.value.get(`/v1/updates${query}`) : client
  finish(answer, 'no updates: hexfix devices update KID --release FIRMWARE', console)
}
