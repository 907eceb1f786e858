import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, isKid } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayClient, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'

type Ask = (client: GatewayClient) => Promise<Result<Document>>

const ask = async (options: GatewayOptions, what: Ask): Promise<Result<Document>> => {
  const client = openGatewayClient(options)
  return client.ok ? what(client.value) : client
}

const known = (kid: string, what: Ask): Ask =>
  isKid(kid) ? what : async () => fail('device/unknown', `${kid} is no kid of 16 hex digits`)

const row = (device: Document): string => {
  const { kid, words, status, connected, name } = device
  return `${String(kid)}  ${String(words).padEnd(26)}  ${String(status).padEnd(8)}  ${connected === true ? 'connected' : '-        '}  ${typeof name === 'string' ? name : ''}`
}

const details = (device: Document): string[] =>
  Object.entries(device).map(([name, value]) => {
    const shown =
      name === 'enrolledMs'
        ? new Date(Number(value)).toISOString()
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value)
    return `${(name === 'enrolledMs' ? 'enrolled' : name).padEnd(10)}  ${shown}`
  })

export const listDevices = async (options: GatewayOptions, console: Console): Promise<void> => {
  const answer = await ask(options, (client) => client.get('/v1/devices'))
  console.finish(answer, ({ devices }) => {
    const list = Array.isArray(devices) ? (devices as Document[]) : []
    return list.length === 0 ? ['no devices yet: hexfix provision --local'] : list.map(row)
  })
}

export const showDevice = async (kid: string, options: GatewayOptions, console: Console): Promise<void> => {
  console.finish(
    await ask(
      options,
      known(kid, (client) => client.get(`/v1/devices/${kid}`)),
    ),
    details,
  )
}
