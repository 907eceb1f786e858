import type { Console } from '../../bin/console/index.ts'
import type { Document, GatewayOptions } from '../gateway-client.ts'
import { checksummed } from '../owner/address.ts'
import { reach } from './acts.ts'
import { localTime } from './owner-key.ts'

const list = (value: unknown): readonly Document[] => (Array.isArray(value) ? (value as Document[]) : [])

/** What binds a message, or is said elsewhere on the line, and tells people nothing. */
const bindings = [
  'type',
  'chainId',
  'net',
  'device',
  'publicKey',
  'newPublicKey',
  'nonce',
  'expires',
  'latE7',
  'lngE7',
  'owner',
]

const shown = (name: string, value: unknown): string =>
  `${name} ${name.endsWith('Ms') ? localTime(Number(value)) : checksummed(value)}`

const details = (detail: unknown): string[] => {
  if (typeof detail !== 'object' || detail === null) return []
  return Object.entries(detail).flatMap(([name, value]) => {
    if (value === null || bindings.includes(name)) return []
    return typeof value === 'object' ? details(value) : [shown(name, value)]
  })
}

const eventLines = ({ atMs, event, actor, detail, signatures }: Document): string[] => {
  const signed = list(signatures).length
  const by = `by ${checksummed(actor)}${signed === 0 ? '' : `, ${signed} signature${signed === 1 ? '' : 's'}`}`
  const more = [...new Set(details(detail))].join(', ')
  return [
    `${localTime(Number(atMs))}  ${String(event).padEnd(26)}  ${by}`,
    ...(more === '' ? [] : [`${' '.repeat(21)}${more}`]),
  ]
}

/** Everything that happened to a device, in order, with who signed it. */
export const deviceHistory = async (kid: string, options: GatewayOptions, console: Console): Promise<void> => {
  const at = await reach(kid, options)
  const answer = at.ok ? await at.value.client.get(`/v1/devices/${kid}/history`) : at
  console.finish(answer, ({ history }) => list(history).flatMap(eventLines))
}
