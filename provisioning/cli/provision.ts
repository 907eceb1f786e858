import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import manifest from '../../package.json' with { type: 'json' }
import type { GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import type { AwaitsOwner, Place, Provisioned } from '../provision.ts'
import { provisionLocal } from '../provision.ts'
import type { Owner, OwnerOptions } from './owner-key.ts'
import { findOwner, localTime, saveTypedData, waitingLines } from './owner-key.ts'

type Options = GatewayOptions &
  OwnerOptions & {
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

/** How a registration without an owner is said: what it means, and how to change it. */
export const ownerless = (dir: string): string[] => [
  '  owner      none: whoever runs the gateway decides about this device, and nobody else can transfer or revoke it',
  `             to claim it later: hexfix owner make && hexfix devices claim --dir ${dir}`,
]

const pendingLine = ({ status, pendingUntilMs }: Provisioned): string[] => {
  if (status !== 'pending') return []
  const until = pendingUntilMs === null ? '' : ` (until ${localTime(pendingUntilMs)})`
  const hours = pendingUntilMs === null ? 24 : Math.max(1, Math.round((pendingUntilMs - Date.now()) / 3_600_000))
  return [`pending: becomes active at the first accepted report within ${hours} h${until}`]
}

const lines = (options: Options, made: Provisioned | AwaitsOwner): string[] => {
  const { dir } = options
  const { kid, words, did } = made
  const names = [`device ${kid} in ${dir}`, `  words      ${words}`, `  did        ${did}`]
  if (made.waiting) return [...names, '  not claimed yet: its owner has to sign', ...waitingLines(made, options)]
  const { net, gateway, owner, cell, registered } = made
  return [
    ...names,
    `  ${registered ? 'registered' : 'was registered before'} at gateway ${gateway}, network ${net}`,
    ...(owner === null ? ownerless(dir) : [`  owner      ${owner}`]),
    ...(cell === null ? [] : [`  place      H3 cell ${cell}`]),
    ...pendingLine(made),
    `next: hexfix device run --dir ${dir}`,
  ]
}

const run = async (
  options: Options,
  owner: Result<Owner | null>,
  place: Place | null,
): Promise<Result<Provisioned | AwaitsOwner>> => {
  if (!owner.ok) return owner
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const { dir, name } = options
  const claimant =
    owner.value === null ? {} : { claimant: { owner: owner.value.address, signatures: owner.value.signatures } }
  const done = await provisionLocal(client.value, {
    dir,
    softwareVersion: manifest.version,
    ...(name === undefined ? {} : { name }),
    ...(place === null ? {} : { place }),
    ...claimant,
  })
  if (done.ok && done.value.waiting) saveTypedData(options, done.value.typedData)
  return done
}

export const provision = async (options: Options, console: Console): Promise<void> => {
  const place = placeOf(options)
  const owner = place.ok ? await findOwner(options) : place
  const done = place.ok ? await run(options, owner, place.value) : place
  console.finish(done, (made) => lines(options, made))
}

/** Gives an owner to a device that has none: the same path, with the owner no longer optional. */
export const claim = async (options: Options, console: Console): Promise<void> => {
  const found = await findOwner(options)
  const owner = found.ok && found.value === null ? fail('owner/missing', options.ownerKey) : found
  console.finish(await run(options, owner, null), (made) => lines(options, made))
}
