import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Document, GatewayClient, GatewayOptions } from '../gateway-client.ts'
import { openGatewayClient } from '../gateway-client.ts'
import type { KnownDevice } from '../gateway-facts.ts'
import { readDevice, readFacts } from '../gateway-facts.ts'
import { readLocation } from '../location.ts'
import { readAddress, showAddress } from '../owner/address.ts'
import type { Done, Waiting } from '../owner/perform.ts'
import { perform } from '../owner/perform.ts'
import type { Wish } from '../owner-acts.ts'
import { makeAct, ownerOf, wishWords } from '../owner-acts.ts'
import { revocable } from '../revocable.ts'
import type { OwnerOptions } from './owner-key.ts'
import { findOwner, pendingFile, saveTypedData, waitingLines } from './owner-key.ts'

export type ActOptions = GatewayOptions & OwnerOptions

/** The gateway and the device that a command is about. */
export const reach = async (
  kid: string,
  options: GatewayOptions,
): Promise<Result<{ readonly client: GatewayClient; readonly device: KnownDevice }>> => {
  const client = openGatewayClient(options)
  if (!client.ok) return client
  const device = await readDevice(client.value, kid)
  return device.ok ? ok({ client: client.value, device: device.value }) : device
}

/** Does what an owner wishes with a device, or prepares it for signatures that are not here yet. */
export const doWish = async (
  client: GatewayClient,
  device: KnownDevice,
  wish: Wish,
  options: OwnerOptions,
  moreKeys: readonly string[] = [],
): Promise<Result<Waiting | Done>> => {
  const facts = await readFacts(client)
  if (!facts.ok) return facts
  const found = await findOwner(options, moreKeys)
  if (!found.ok) return found
  if (found.value === null) return fail('owner/missing', options.ownerKey)
  const owner = ownerOf(device, found.value.address)
  if (!owner.ok) return owner
  const words = wishWords(facts.value, device, owner.value, wish)
  const make = () => makeAct(client, facts.value, device, owner.value, wish)
  return perform(client, words, make, found.value.signatures, pendingFile(options, wish.verb, device.kid))
}

/** Ends a command about one device: its new state as a document, or what is still to be signed. */
export const finishAct = (
  done: Result<Waiting | Done>,
  options: OwnerOptions,
  console: Console,
  human: (answer: Document) => readonly string[],
): void => {
  if (done.ok && done.value.waiting) saveTypedData(options, done.value.typedData)
  console.finish(done.ok ? ok(done.value.waiting ? done.value : done.value.answer) : done, () => {
    if (!done.ok) return []
    return done.value.waiting ? waitingLines(done.value, options) : human(done.value.answer)
  })
}

export const transferDevice = async (
  kid: string,
  options: ActOptions & { readonly to: string; readonly toKey?: string },
  console: Console,
): Promise<void> => {
  const to = readAddress(options.to)
  const at = to.ok ? await reach(kid, options) : to
  const more = options.toKey === undefined ? [] : [options.toKey]
  const done =
    at.ok && to.ok
      ? await doWish(at.value.client, at.value.device, { verb: 'transfer', to: to.value }, options, more)
      : (at as Result<never>)
  finishAct(done, options, console, () => [`${kid} belongs to ${to.ok ? showAddress(to.value) : ''} from now on`])
}

/** CRLReason of RFC 5280 section 5.3.1, those that a device can have. */
const reasons: Readonly<Record<string, number>> = { unspecified: 0, compromised: 1, superseded: 4, retired: 5 }

type RevokeOptions = ActOptions & { readonly asOwner?: true; readonly dir?: string }

/** By the owner where one is named or a key is there and no admin token; otherwise by the host. */
export const revokeDevice = async (
  kid: string,
  options: RevokeOptions & { readonly reason: string },
  console: Console,
): Promise<void> => {
  const done = await revoke(kid, reasons[options.reason] ?? 0, options)
  finishAct(done, options, console, () => [`${kid} is revoked; nothing it signs is accepted from now on`])
}

const revoke = async (kid: string, reason: number, options: RevokeOptions): Promise<Result<Waiting | Done>> => {
  const client = openGatewayClient(options)
  if (!client.ok) return client
  if (options.asOwner === true || typeof options.owner === 'string' || client.value.token === null) {
    const device = await revocable(client.value, kid, options.dir)
    return device.ok ? doWish(client.value, device.value, { verb: 'revoke', reason }, options) : device
  }
  const answer = await client.value.send('POST', `/v1/devices/${kid}/revoke`, { reason })
  return answer.ok ? ok({ waiting: false, answer: answer.value }) : answer
}

export const locateDevice = async (
  kid: string,
  lat: string,
  lng: string,
  options: ActOptions & { readonly gain: string; readonly height: string },
  console: Console,
): Promise<void> => {
  const place = readLocation(lat, lng, options.gain, options.height)
  const at = place.ok ? await reach(kid, options) : place
  const done =
    at.ok && place.ok
      ? await doWish(at.value.client, at.value.device, { verb: 'location', ...place.value }, options)
      : (at as Result<never>)
  finishAct(done, options, console, () => [
    `${kid} stands in H3 cell ${place.ok ? place.value.cell : ''} (resolution 12, about 307 m2)`,
    `  antenna    ${options.gain} dBi, ${options.height} m above the sea`,
  ])
}
