import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'

/** PROXY protocol, version 2 (haproxy.org, proxy-protocol.txt, section 2.2). */
const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const headBytes = 16
/** Addresses take 36 bytes; the rest is for extensions, of which a proxy on the way adds few. */
const bodyBytesMax = 512
const local = 0x20
const proxied = 0x21
/** Family and transport: a stream over IPv4, and over IPv6. */
const tcp4 = 0x11
const tcp6 = 0x21

export type ProxyHeader = {
  /** The address that connected to the proxy; null where the proxy speaks for itself, as in a health check. */
  readonly client: string | null
  readonly bytes: number
}

const bad = (detail: string): Result<never> => fail('proxy/bad-header', detail)

const groupsOf = (bytes: Buffer): string =>
  Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':')

const clientIn = (body: Buffer, family: number): Result<string> => {
  if (family === tcp4 && body.length >= 12) return ok(body.subarray(0, 4).join('.'))
  if (family === tcp6 && body.length >= 36) return ok(groupsOf(body.subarray(0, 16)))
  return bad('it names no client over TCP')
}

/** Reads the header at the start of a connection. @returns null while more bytes are needed to tell. */
export const readProxyHeader = (start: Buffer): Result<ProxyHeader> | null => {
  const seen = Math.min(start.length, signature.length)
  if (!start.subarray(0, seen).equals(signature.subarray(0, seen))) return fail('proxy/no-header')
  if (start.length < headBytes) return null
  const [command, family] = [start.readUInt8(12), start.readUInt8(13)]
  const length = start.readUInt16BE(14)
  if (command !== local && command !== proxied) return bad('another version or command')
  if (length > bodyBytesMax) return bad(`${length} bytes`)
  const bytes = headBytes + length
  if (start.length < bytes) return null
  if (command === local) return ok({ client: null, bytes })
  const client = clientIn(start.subarray(headBytes, bytes), family)
  return client.ok ? ok({ client: client.value, bytes }) : client
}
