import { BlockList, isIP } from 'node:net'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'

/** RFC 4291 section 2.5.5.2: how a socket that takes both families writes an address of IPv4. */
const mapped = /^::ffff:([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)$/i

/** The address without a zone, and of IPv4 where it is one. */
export const plainAddress = (address: string): string => {
  const bare = address.replace(/%.*$/, '')
  return mapped.exec(bare)?.[1] ?? bare
}

/** The eight groups of an address of IPv6, which may be shortened (RFC 5952), each of four hex digits. */
export const groupsOf = (address: string): string[] => {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [before = [], after = []] = canonical.split('::').map((text) => (text === '' ? [] : text.split(':')))
  const middle = Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...middle, ...after].map((group) => group.padStart(4, '0'))
}

/**
 * What counts as one source: an address of IPv4, or a /64 of IPv6, of which one household or one attacker has all addresses.
 * What is no address counts as itself.
 */
export const sourceOf = (address: string): string => {
  const plain = plainAddress(address)
  return isIP(plain) === 6 ? `${groupsOf(plain).slice(0, 4).join(':')}::/64` : plain
}

export type IsTrusted = (address: string) => boolean

/** @param list - addresses, or networks as `10.0.0.0/8`. Errors: config/invalid with the entry that is none. */
export const trustedAddresses = (list: readonly string[]): Result<IsTrusted> => {
  const known = new BlockList()
  for (const entry of list) {
    const [address = '', length, ...more] = entry.split('/')
    const version = isIP(address)
    const bitsMax = version === 4 ? 32 : 128
    const bits = length === undefined ? bitsMax : Number(length)
    const isNetwork = length === undefined || (/^[0-9]{1,3}$/.test(length) && bits <= bitsMax)
    if (version === 0 || more.length > 0 || !isNetwork) return fail('config/invalid', `trustedProxies: ${entry}`)
    known.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6')
  }
  return ok((address) => {
    const plain = plainAddress(address)
    const version = isIP(plain)
    return version !== 0 && known.check(plain, version === 4 ? 'ipv4' : 'ipv6')
  })
}
