import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import manifest from '../../package.json' with { type: 'json' }
import type { GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import type { Place } from '../provision.ts'
import { provisionLocal } from '../provision.ts'

type Options = GatewayOptions & {
  readonly dir: string
  readonly name?: string
  readonly place?: string
  readonly gain: string
}

const placeOf = ({ place, gain }: Options): Result<Place | null> => {
  if (place === undefined) return ok(null)
  const [lat, lng, ...more] = place.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const gainDbi = Number(gain)
  const good = lat !== undefined && lng !== undefined && more.length === 0 && [lat, lng, gainDbi].every(Number.isFinite)
  return good ? ok({ lat, lng, gainDbi }) : fail('place/not-a-cell', `--place ${place} --gain ${gain}`)
}

export const provision = async (options: Options, console: Console): Promise<void> => {
  const place = placeOf(options)
  const client = openGatewayClient(options)
  if (!place.ok) return console.finish(place, () => [])
  if (!client.ok) return console.finish(client, () => [])
  const { dir, name } = options
  const done = await provisionLocal(client.value, {
    dir,
    softwareVersion: manifest.version,
    ...(name === undefined ? {} : { name }),
    ...(place.value === null ? {} : { place: place.value }),
  })
  console.finish(done, ({ kid, words, net, gateway, cell, registered }) => [
    `device ${kid} in ${dir}`,
    `  words      ${words}`,
    `  ${registered ? 'registered' : 'was registered before'} at gateway ${gateway}, network ${net}`,
    ...(cell === null ? [] : [`  place      H3 cell ${cell}`]),
    `next: hexfix device run --dir ${dir}`,
  ])
}
