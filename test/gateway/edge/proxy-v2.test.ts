import { describe, expect, it } from 'vitest'
import { readProxyHeader } from '../../../gateway/edge/proxy-v2.ts'
import { codeOf, must } from '../harness.ts'
import { proxyHeader } from './proxy-header.ts'

const header4 = proxyHeader('203.0.113.9')
const read = (bytes: Buffer) => {
  const result = readProxyHeader(bytes)
  if (result === null) throw new Error('more bytes are wanted')
  return result
}
const changed = (at: number, byte: number): Buffer => {
  const copy = Buffer.from(header4)
  copy[at] = byte
  return copy
}

describe('a PROXY header of version 2', () => {
  it('names the client, and says where it ends', () => {
    const rest = Buffer.from('rest')
    expect(must(read(Buffer.concat([header4, rest])))).toEqual({ client: '203.0.113.9', bytes: 28 })
    const header6 = proxyHeader('2001:db8:0:0:0:0:0:1')
    expect(must(read(header6))).toEqual({ client: '2001:db8:0:0:0:0:0:1', bytes: 52 })
  })

  it('may carry extensions after the addresses', () => {
    const extended = Buffer.concat([header4, Buffer.of(4, 0, 1, 0)])
    extended.writeUInt16BE(16, 14)
    expect(must(read(extended))).toEqual({ client: '203.0.113.9', bytes: 32 })
  })

  it('of the proxy itself names nobody', () => {
    expect(must(read(changed(12, 0x20)))).toEqual({ client: null, bytes: 28 })
  })

  it('is waited for, byte by byte', () => {
    for (let length = 0; length < header4.length; length += 1)
      expect(readProxyHeader(header4.subarray(0, length))).toBeNull()
  })

  it.each([
    ['of another version', changed(12, 0x11)],
    ['of an unknown command', changed(12, 0x22)],
    ['over UDP', changed(13, 0x12)],
    ['of a Unix socket', changed(13, 0x31)],
    ['of 65 kB', changed(14, 0xff)],
    ['too short for its family', changed(13, 0x21)],
  ])('%s is refused', (_name, bytes) => expect(codeOf(read(bytes))).toBe('proxy/bad-header'))

  it.each([
    ['a CONNECT', Buffer.of(0x10, 0x20)],
    ['a ClientHello', Buffer.of(0x16, 3, 1)],
    ['version 1', Buffer.from('PROXY TCP4 203.0.113.9')],
    ['all but one byte of the signature', changed(11, 0)],
  ])('%s is none', (_name, bytes) => expect(codeOf(read(bytes))).toBe('proxy/no-header'))
})
