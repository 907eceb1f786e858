import type { Console } from '../../bin/console/index.ts'
import { deviceFiles, readTrustFile } from '../../device-sdk/link/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Signer } from '../../device-sdk/signer/index.ts'
import { openKeyFile, openOrCreateKeyFile } from '../../device-sdk/signer/index.ts'
import manifest from '../../package.json' with { type: 'json' }
import type { Document, GatewayClient } from '../gateway-client.ts'
import type { KnownDevice } from '../gateway-facts.ts'
import { readFacts } from '../gateway-facts.ts'
import type { Done, Waiting } from '../owner/perform.ts'
import { kidTextOf, wordsOfKey } from '../proof.ts'
import { saveTrust, trustOf } from '../provision.ts'
import type { ActOptions } from './acts.ts'
import { doWish, finishAct, reach } from './acts.ts'
import { localTime } from './owner-key.ts'

type Options = ActOptions & { readonly dir: string; readonly oldDir?: string }
type Rotated = { readonly newKey: Signer; readonly done: Waiting | Done }

const oldKeyOf = ({ oldDir }: Options, kid: string): Result<Signer | null> => {
  if (oldDir === undefined) return ok(null)
  const old = openKeyFile(deviceFiles(oldDir).key)
  if (!old.ok || kidTextOf(old.value.publicKey) === kid) return old
  return fail('sign/bad-signature', `${oldDir} holds the key of ${kidTextOf(old.value.publicKey)}, not of ${kid}`)
}

const rotate = async (client: GatewayClient, device: KnownDevice, options: Options): Promise<Result<Rotated>> => {
  const oldKey = oldKeyOf(options, device.kid)
  if (!oldKey.ok) return oldKey
  const facts = await readFacts(client)
  if (!facts.ok) return facts
  const trust = trustOf(facts.value, readTrustFile(options.dir))
  if (trust === null) return fail('device/other-gateway', options.dir)
  const newKey = openOrCreateKeyFile(deviceFiles(options.dir).key)
  if (!newKey.ok) return newKey
  const kid = kidTextOf(newKey.value.publicKey)
  if (kid === device.kid) return fail('key/exists', `${options.dir} holds the key that is to be replaced`)
  const wish = {
    verb: 'rotate',
    newKey: newKey.value,
    oldKey: oldKey.value,
    softwareVersion: manifest.version,
  } as const
  const done = await doWish(client, device, wish, options)
  if (!done.ok) return done
  const saved = done.value.waiting
    ? ok(null)
    : saveTrust(options.dir, { ...trust, cell: trust.cell ?? device.cell, kid })
  return saved.ok ? ok({ newKey: newKey.value, done: done.value }) : saved
}

const dueMsOf = ({ rotation }: Document): number | null =>
  typeof rotation === 'object' && rotation !== null && 'dueMs' in rotation ? Number(rotation.dueMs) : null

/** Puts a new key, in a folder of its own, in the place of a device's old one. Nothing of the old folder is changed. */
export const rotateDevice = async (kid: string, options: Options, console: Console): Promise<void> => {
  const at = await reach(kid, options)
  const rotated = at.ok ? await rotate(at.value.client, at.value.device, options) : at
  finishAct(rotated.ok ? ok(rotated.value.done) : rotated, options, console, (answer) => {
    if (!rotated.ok) return []
    const { publicKey } = rotated.value.newKey
    const newKid = kidTextOf(publicKey)
    const dueMs = dueMsOf(answer)
    return [
      `device ${newKid} in ${options.dir}`,
      `  words      ${wordsOfKey(publicKey)}`,
      `  takes the place of ${kid}`,
      ...(dueMs === null
        ? ['  at once: the old key is refused from now on']
        : [
            `  on ${localTime(dueMs)}: the old key did not sign, so it works until then`,
            `  not what you wanted? hexfix devices revoke ${newKid} --as-owner --dir ${options.dir}`,
          ]),
      `next: hexfix device run --dir ${options.dir}`,
    ]
  })
}
