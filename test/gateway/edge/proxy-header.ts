import { isIPv4 } from 'node:net'

/** The header that a proxy writes for this client (PROXY protocol, version 2, section 2.2); IPv6 in eight groups. */
export const proxyHeader = (client: string): Buffer => {
  const is4 = isIPv4(client)
  const address = is4
    ? Buffer.from(client.split('.').map(Number))
    : Buffer.from(
        client
          .split(':')
          .map((group) => group.padStart(4, '0'))
          .join(''),
        'hex',
      )
  const body = Buffer.concat([address, Buffer.alloc(address.length), Buffer.of(0x30, 0x39, 0x07, 0x5b)])
  const head = Buffer.from('0d0a0d0a000d0a515549540a2100', 'hex')
  head[13] = is4 ? 0x11 : 0x21
  return Buffer.concat([head, Buffer.of(0, body.length), body])
}
