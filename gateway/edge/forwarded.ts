import { isIP } from 'node:net'
import type { IsTrusted } from './address.ts'
import { plainAddress } from './address.ts'

const hopsMax = 16

/**
 * The address that a request comes from. X-Forwarded-For grows at its end, one entry for each proxy, and anybody can write its
 * beginning: so it is read from the end, as far as trusted proxies wrote it.
 * @param peer - the address of the connection.
 */
export const clientOf = (peer: string, forwardedFor: string | undefined, isTrusted: IsTrusted): string => {
  let client = plainAddress(peer)
  const hops = (forwardedFor ?? '').split(',').slice(-hopsMax).reverse()
  for (const hop of hops) {
    const address = plainAddress(hop.trim())
    if (!isTrusted(client) || isIP(address) === 0) return client
    client = address
  }
  return client
}
