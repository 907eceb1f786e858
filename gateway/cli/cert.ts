import type { Console } from '../../bin/console/index.ts'
import { fail, ok, toHex } from '../../device-sdk/protocol/index.ts'
import { certify, tlsFiles } from '../edge/index.ts'
import { certificateNames } from '../http-address.ts'
import { secureFolder } from '../run-folder.ts'
import type { ConfigOptions } from './config-options.ts'
import { configOf } from './config-options.ts'

/** Makes what is missing, renews what is due, and shows what devices pin. A running gateway takes it within a minute, or at SIGHUP. */
export const gatewayCert = async (options: ConfigOptions, console: Console): Promise<void> => {
  const config = configOf(options)
  if (!config.ok) return console.finish(config, () => [])
  const { data, names, tls } = config.value
  if (tls !== undefined) {
    return console.finish(
      fail('config/invalid', `tls: the certificate ${tls.cert} is renewed by who made it`),
      () => [],
    )
  }
  const folder = secureFolder(data)
  const certified = folder.ok ? certify(data, certificateNames(names), Date.now()) : folder
  if (!certified.ok) return console.finish(certified, () => [])
  const { spki, notAfterMs, madeKey, renewed, names: about } = certified.value
  const { cert, ca } = tlsFiles(data)
  const until = new Date(notAfterMs).toISOString()
  console.finish(ok({ cert, ca, tlsSpki: toHex(spki), until, names: about, madeKey, renewed }), () => [
    `certificate ${cert}, ${renewed ? 'signed now' : 'still good'}, until ${until}`,
    `  for        ${about.join(', ')}`,
    `  key        ${toHex(spki)}  (SHA-256, which devices pin)${madeKey ? '' : ', as before'}`,
    `  authority  ${ca}, for browsers that are to trust it`,
    ...(madeKey ? ['next: start the gateway again; it then speaks TLS'] : []),
  ])
}
