import { deviceFiles } from '../device-sdk/link/index.ts'
import type { Result } from '../device-sdk/protocol/index.ts'
import { fail, ok, toHex } from '../device-sdk/protocol/index.ts'
import { openKeyFile } from '../device-sdk/signer/index.ts'
import type { Document, GatewayClient } from './gateway-client.ts'
import type { KnownDevice } from './gateway-facts.ts'
import { deviceOf, readDevice } from './gateway-facts.ts'
import { kidTextOf } from './proof.ts'

const newKidOf = ({ rotation }: Document): unknown =>
  typeof rotation === 'object' && rotation !== null && 'newKid' in rotation ? rotation.newKid : null

/**
 * A device that may be revoked; or the new key of a rotation that waits, in its folder `dir`, to end that rotation: the gateway
 * names such a key by its kid alone, and its owner is that of the device whose place it was to take.
 */
export const revocable = async (
  client: GatewayClient,
  kid: string,
  dir: string | undefined,
): Promise<Result<KnownDevice>> => {
  const known = await readDevice(client, kid)
  if (known.ok || known.error.code !== 'device/unknown' || dir === undefined) return known
  const list = await client.get('/v1/devices')
  if (!list.ok) return list
  const devices = Array.isArray(list.value.devices) ? (list.value.devices as Document[]) : []
  const old = devices.find((device) => newKidOf(device) === kid)
  if (old === undefined) return known
  const key = openKeyFile(deviceFiles(dir).key)
  if (!key.ok) return key
  const { publicKey } = key.value
  if (kidTextOf(publicKey) !== kid) return fail('device/unknown', `${dir} holds the key of ${kidTextOf(publicKey)}`)
  const device = deviceOf({ publicKey: toHex(publicKey), owner: old.owner }, kid)
  return device.ok ? ok(device.value) : device
}
