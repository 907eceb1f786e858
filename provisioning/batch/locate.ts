import { join } from 'node:path'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import type { GatewayClient } from '../gateway-client.ts'
import type { Facts } from '../gateway-facts.ts'
import { readDevice } from '../gateway-facts.ts'
import { readLocation } from '../location.ts'
import { perform } from '../owner/perform.ts'
import { makeAct, wishWords } from '../owner-acts.ts'
import type { Claimant } from '../register.ts'
import type { Place } from './rows.ts'

/**
 * Asserts the place of an owned device by its owner's signature. @param dir - where it waits for that.
 * @returns the cell; null where the gateway had it already.
 */
export const locate = async (
  { client, facts }: { readonly client: GatewayClient; readonly facts: Facts },
  dir: string,
  kid: string,
  place: Place,
  { owner, signatures }: Claimant,
): Promise<Result<string | null>> => {
  const location = readLocation(place.lat, place.lng, place.gain, place.height)
  if (!location.ok) return location
  const device = await readDevice(client, kid)
  if (!device.ok) return device
  if (device.value.cell === location.value.cell) return ok(null)
  const wish = { verb: 'location', ...location.value } as const
  const make = () => makeAct(client, facts, device.value, owner, wish)
  const words = wishWords(facts, device.value, owner, wish)
  const done = await perform(client, words, make, signatures, join(dir, 'pending-location.json'))
  return done.ok ? ok(location.value.cell) : done
}
