import type { PinnedTrust } from '../../protocol/index.ts'

/** Where a gateway listens. */
export type Address = { readonly gatewayKey: Uint8Array; readonly host: string; readonly port: number }

/**
 * The addresses that a board can reach, in the order to try.
 * @param scheme - `mqtt:` or `http:`. Why none over TLS: the firmware checks no certificate
 * (ssl_newSocketData of Espruino 2v29: MBEDTLS_SSL_VERIFY_NONE), so that it would keep nobody out who stands in between.
 */
export const addressesOf = (trust: PinnedTrust, scheme: string, portDefault: number): Address[] => {
  const found: Address[] = []
  for (const gateway of trust.gateways) {
    for (const url of gateway.urls) {
      const parts = url.split('/')
      const at = (parts[2] as string).split(':')
      if (parts[0] !== scheme || at.length > 2) continue
      const port = at.length === 2 ? Number(at[1]) : portDefault
      found.push({ gatewayKey: gateway.key, host: at[0] as string, port })
    }
  }
  return found
}
