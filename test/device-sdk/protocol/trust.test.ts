import { describe, expect, it } from 'vitest'
import type { CborValue, PinnedTrust } from '../../../device-sdk/protocol/index.ts'
import { encodeCommand, encodeTrust, ops, readCommand, readTrust } from '../../../device-sdk/protocol/index.ts'

const key = (n: number): Uint8Array => new Uint8Array(33).fill(n).fill(2, 0, 1)
const gateway = (n: number) => ({ key: key(n), urls: ['mqtts://gateway.example:8883', 'https://gateway.example'] })
const trust: PinnedTrust = {
  net: 1,
  chainId: 31_337,
  gateways: [{ ...gateway(1), tlsSpki: new Uint8Array(32).fill(5) }, gateway(2), gateway(3), gateway(4)],
  entropyTip: new Uint8Array(32).fill(6),
}

describe('the arguments of trust', () => {
  it('survive a command, with four gateways and with one', () => {
    for (const pinned of [trust, { ...trust, gateways: [gateway(9)], entropyTip: null }]) {
      const command = readCommand(encodeCommand({ n: 1, op: ops.trust, args: encodeTrust(pinned) }))
      expect(command.ok && readTrust(command.value.args)).toEqual({ ok: true, value: pinned })
    }
  })

  const put = (at: number, value: CborValue): CborValue[] =>
    encodeTrust(trust).map((arg, i) => (i === at ? value : arg))
  const one = (...fields: CborValue[]) => put(2, [fields])
  const url = 'mqtt://a'
  it.each<[string, CborValue[]]>([
    ['three arguments', encodeTrust(trust).slice(0, 3)],
    ['five arguments', [...encodeTrust(trust), 1]],
    ['a net that is negative', put(0, -1)],
    ['a chain id of text', put(1, '1')],
    ['no gateway', put(2, [])],
    [
      'five gateways',
      put(
        2,
        [1, 2, 3, 4, 5].map((n) => [key(n), [url]]),
      ),
    ],
    [
      'one key twice',
      put(2, [
        [key(1), [url]],
        [key(1), [url]],
      ]),
    ],
    ['a key of 32 bytes', one(new Uint8Array(32).fill(2), [url])],
    ['an uncompressed key', one(new Uint8Array(33).fill(4), [url])],
    ['no URL', one(key(1), [])],
    ['five URLs', one(key(1), [url, url, url, url, url])],
    ['a URL without a scheme', one(key(1), ['gateway.example'])],
    ['a URL with a space', one(key(1), ['mqtt://a b'])],
    ['a URL of 256 characters', one(key(1), [`mqtt://${'a'.repeat(249)}`])],
    ['a TLS pin of 31 bytes', one(key(1), [url], new Uint8Array(31))],
    ['a gateway of four fields', one(key(1), [url], new Uint8Array(32), 0)],
    ['an entropy tip of 31 bytes', put(3, new Uint8Array(31))],
  ])('are refused with %s', (_, args) => {
    expect(readTrust(args)).toMatchObject({ ok: false, error: { code: 'wire/malformed' } })
  })

  it('take a URL of 255 characters', () => {
    expect(readTrust(one(key(1), [`mqtt://${'a'.repeat(248)}`])).ok).toBe(true)
  })
})
