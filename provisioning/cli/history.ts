import type { Console } from '../../bin/console/index.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { reach } from './acts.ts'
import { localTime } from './owner-key.ts'

const list = (value: unknown): readonly Document[] => (Array.isArray(value) ? (value as Document[]) : [])

/** What binds a message, and says nothing to people. */
const bindings = ['type', 'chainId', 'net', 'device', 'publicKey', 'newPublicKey', 'nonce', 'expires', 'latE7', 'lngE7']

const detailText = (detail: unknown): string => {
  if (typeof detail !== 'object' || detail === null) return ''
  const shown = Object.entries(detail).flatMap(([name, value]) => {
    if (value === null || bindings.includes(name)) return []
    if (typeof value === 'object') return [detailText(value)]
    return [`${name} ${name.endsWith('Ms') ? localTime(Number(value)) : String(value)}`]
  })
  return shown.filter((text) => text !== '').join(', ')
}

const eventLines = ({ atMs, event, actor, detail, signatures }: Document): string[] => {
  const signed = list(signatures).length
  const by = `by ${String(actor)}${signed === 0 ? '' : `, ${signed} signature${signed === 1 ? '' : 's'}`}`
  const more = detailText(detail)
  return [`${localTime(Number(atMs))}  ${String(event).padEnd(26)}  ${by}`, ...(more === '' ? [] : [`  ${more}`])]
}

/** Everything that happened to a device, in order, with who signed it. */
export const deviceHistory = async (kid: string, options: GatewayOptions, console: Console): Promise<void> => {
  const at = await reach(kid, options)
  const answer = at.ok ? await at.value.client.get(`/v1/devices/${kid}/history`) : at
  console.finish(answer, ({ history }) => list(history).flatMap(eventLines))
}
