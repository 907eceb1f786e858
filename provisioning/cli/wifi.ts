import type { Console } from '../../bin/console/index.ts'
import type { Result, WifiCredentials } from '../../device-sdk/protocol/index.ts'
import { encodeWifi, fail, ok, readWifi } from '../../device-sdk/protocol/index.ts'
import type { Facts } from '../gateway-facts.ts'
import { askNetworkPassphrase } from './prompts.ts'

export type WifiOptions = {
  readonly wifiSsid?: string
  readonly wifiPasswordFile?: string
  readonly wifiOpen?: true
}

/** The network that a board is to join; null where none is named. Errors: wifi/bad-credentials, wifi/no-passphrase. */
export const networkOf = async (options: WifiOptions): Promise<Result<WifiCredentials | null>> => {
  const { wifiSsid, wifiPasswordFile, wifiOpen } = options
  if (wifiSsid === undefined) return ok(null)
  const passphrase = wifiOpen === true ? ok('') : await askNetworkPassphrase(wifiSsid, wifiPasswordFile)
  if (!passphrase.ok) return passphrase
  const credentials = { ssid: Buffer.from(wifiSsid), passphrase: Buffer.from(passphrase.value) }
  return readWifi(encodeWifi(credentials)).ok ? ok(credentials) : fail('wifi/bad-credentials', wifiSsid)
}

const isLoopback = (url: string): boolean => /^mqtt:\/\/(127\.|localhost\b|\[::1\])/.test(url)

/** Says where a board on a network would look for the gateway in vain. */
export const warnOfLoopback = ({ gateway }: Facts, { warn }: Console): void => {
  const plain = gateway.urls.filter((url) => url.startsWith('mqtt://'))
  if (plain.length > 0 && plain.every(isLoopback)) warn({ code: 'wifi/loopback', detail: plain.join(', ') })
}
