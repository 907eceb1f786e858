import { badField, readFields } from '../body-list.ts'
import { encode } from '../cbor/encode.ts'
import type { Result } from '../result.ts'
import { ok } from '../result.ts'

/** What a board joins a network with. It takes them over its line, and gives them to nobody but its radio. */
export type WifiCredentials = {
  /** IEEE 802.11, 9.4.2.2: 1 to 32 bytes. */
  readonly ssid: Uint8Array
  /** Empty for an open network. */
  readonly passphrase: Uint8Array
}

/** What a board's hello says of its network; a build without WiFi says nothing. */
export const wifiStates = { noCredentials: 0, away: 1, connected: 2 } as const

const ssidBytesMax = 32
/** IEEE 802.11, annex J.4.1: a passphrase has 8 to 63 visible characters; 64 are the key itself, in hex digits. */
const passphraseBytesMin = 8
const passphraseBytesMax = 64

const isPassphrase = (bytes: Uint8Array): boolean => {
  if (bytes.length === 0) return true
  if (bytes.length < passphraseBytesMin || bytes.length > passphraseBytesMax) return false
  for (const byte of bytes) if (byte < 0x20 || byte > 0x7e) return false
  return true
}

export const encodeWifi = (credentials: WifiCredentials): Uint8Array =>
  encode([credentials.ssid, credentials.passphrase])

/** Errors: wire/malformed, for what no network can have too. */
export const readWifi = (body: Uint8Array): Result<WifiCredentials> => {
  const fields = readFields(body, 'a network', 2, 2)
  if (!fields.ok) return fields
  const ssid = fields.value[0]
  const passphrase = fields.value[1]
  if (!(ssid instanceof Uint8Array) || !(passphrase instanceof Uint8Array)) return badField('a network')
  const good = ssid.length > 0 && ssid.length <= ssidBytesMax && isPassphrase(passphrase)
  return good ? ok({ ssid, passphrase }) : badField('a network')
}
