import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayClient, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import { checksummed } from '../owner/address.ts'
import { localTime } from './owner-key.ts'

type Ask = (client: GatewayClient) => Promise<Result<Document>>

const ask = async (options: GatewayOptions, what: Ask): Promise<Result<Document>> => {
  const client = openGatewayClient(options)
  return client.ok ? what(client.value) : client
}

const row = (device: Document): string => {
  const { kid, words, status, connected, name } = device
  return `${String(kid)}  ${String(words).padEnd(26)}  ${String(status).padEnd(8)}  ${connected === true ? 'connected' : '-        '}  ${typeof name === 'string' ? name : ''}`
}

const placeText = ({ cell, lat, lng, gainDbi, altitudeM }: Document): string =>
  `${String(cell)} at ${String(lat)}, ${String(lng)}; ${String(gainDbi)} dBi${typeof altitudeM === 'number' ? `, ${altitudeM} m above the sea` : ''}`

const rotationText = ({ newKid, dueMs }: Document): string => `to ${String(newKid)} on ${localTime(Number(dueMs))}`

const labels: Readonly<Record<string, string>> = {
  enrolledMs: 'enrolled',
  pendingUntilMs: 'pending',
  rotatedTo: 'rotated to',
}

const shownValue = (name: string, value: unknown): string => {
  if (name === 'pendingUntilMs') return `until ${localTime(Number(value))}`
  if (name.endsWith('Ms')) return localTime(Number(value))
  if (name === 'owner') return checksummed(value)
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  return name === 'rotation' ? rotationText(value as Document) : placeText(value as Document)
}

const details = (device: Document): string[] =>
  Object.entries(device)
    .filter(([name, value]) => value !== null || name === 'owner')
    .map(
      ([name, value]) => `${(labels[name] ?? name).padEnd(10)}  ${value === null ? 'none' : shownValue(name, value)}`,
    )

export const listDevices = async (options: GatewayOptions, console: Console): Promise<void> => {
  const answer = await ask(options, (client) => client.get('/v1/devices'))
  console.finish(answer, ({ devices }) => {
    const list = Array.isArray(devices) ? (devices as Document[]) : []
    return list.length === 0 ? ['no devices yet: hexfix provision --local'] : list.map(row)
  })
}

/** A device, with who may carry its reports where it is not alone: those of a small board come over another's connection. */
const withRelays = async (client: GatewayClient, kid: string): Promise<Result<Document>> => {
  const device = await client.get(`/v1/devices/${kid}`)
  const relays = device.ok ? await client.get(`/v1/devices/${kid}/relays`) : device
  if (!device.ok || !relays.ok) return device
  const list = relays.value.relays
  return Array.isArray(list) && list.length > 0 ? ok({ ...device.value, relays: list }) : device
}

export const showDevice = async (kid: string, options: GatewayOptions, console: Console): Promise<void> => {
  console.finish(await ask(options, (client) => withRelays(client, kid)), details)
}
