import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import manifest from '../../package.json' with { type: 'json' }
import type { GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import type { AwaitsOwner, Place, Provisioned } from '../provision.ts'
import { provisionLocal } from '../provision.ts'
import type { Owner, OwnerOptions } from './owner-key.ts'
import { findOwner, saveTypedData } from './owner-key.ts'
import { provisionedLines } from './provisioned-lines.ts'

type Options = GatewayOptions &
  OwnerOptions & {
    readonly dir: string
    readonly name?: string
    readonly place?: string
    readonly gain: string
  }

export const placeOf = ({ place, gain }: Pick<Options, 'place' | 'gain'>): Result<Place | null> => {
  if (place === undefined) return ok(null)
  const [lat, lng, ...more] = place.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const gainDbi = Number(gain)
  const good = lat !== undefined && lng !== undefined && more.length === 0 && [lat, lng, gainDbi].every(Number.isFinite)
  return good ? ok({ lat, lng, gainDbi }) : fail('place/not-a-cell', `--place ${place} --gain ${gain}`)
}

const lines = (options: Options, made: Provisioned | AwaitsOwner): string[] => {
  const { dir } = options
  const where = {
    place: `in ${dir}`,
    claim: `hexfix devices claim --dir ${dir}`,
    next: [`hexfix device run --dir ${dir}`],
  }
  return provisionedLines(made, where, options)
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
