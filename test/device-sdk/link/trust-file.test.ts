import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Trust } from '../../../device-sdk/link/index.ts'
import { httpUrlOf, mqttUrlsOf, readTrustFile, writeTrustFile } from '../../../device-sdk/link/index.ts'
import { codeOf, must, testFolder } from '../../gateway/harness.ts'
import { testKey } from '../../gateway/keys.ts'

const key = testKey('gateway').signer.publicKey
const urls = ['mqtts://gateway.example:8883', 'https://gateway.example/']

const trust: Trust = {
  net: 7,
  chainId: 31_337,
  gateways: [
    { key, urls, tlsSpki: new Uint8Array(32).fill(3) },
    { key: testKey('second').signer.publicKey, urls: ['mqtt://10.0.0.1:1883'] },
  ],
  entropyTip: new Uint8Array(32).fill(5),
  cell: '8c1f1d4a0d2b5ff',
  kid: '564341bee9b4caeb',
}
const hex = Buffer.from(key).toString('hex')
const document = { net: 7, chainId: 1, gateways: [{ key: hex, urls }], entropyTip: null, cell: null }

const read = (content: unknown) => {
  const dir = testFolder()
  writeFileSync(join(dir, 'trust.json'), typeof content === 'string' ? content : JSON.stringify(content))
  return readTrustFile(dir)
}

describe('the trust file', () => {
  it('is read as it was written, whole', () => {
    const dir = testFolder()
    writeTrustFile(dir, trust)
    expect(must(readTrustFile(dir))).toEqual(trust)
    const bare: Trust = { net: 0, chainId: 0, gateways: [{ key, urls }], entropyTip: null, cell: null }
    writeTrustFile(dir, bare)
    expect(must(readTrustFile(dir))).toEqual(bare)
    expect(readdirSync(dir)).toEqual(['trust.json'])
    expect(JSON.parse(readFileSync(join(dir, 'trust.json'), 'utf8'))).toEqual({ ...document, net: 0, chainId: 0 })
  })

  it('needs neither a tip nor a place', () => {
    const { entropyTip: _tip, cell: _cell, ...least } = document
    expect(must(read(least))).toMatchObject({ entropyTip: null, cell: null })
  })

  it.each([
    ['no JSON', '{'],
    ['nothing', 'null'],
    ['no network', { ...document, net: undefined }],
    ['half a network', { ...document, net: 1.5 }],
    ['no chain', { ...document, chainId: '1' }],
    ['no gateway', { ...document, gateways: [] }],
    ['one gateway twice', { ...document, gateways: [document.gateways[0], document.gateways[0]] }],
    ['five gateways', { ...document, gateways: Array(5).fill(document.gateways[0]) }],
    ['a gateway that is a word', { ...document, gateways: ['gateway'] }],
    ['a gateway without an address', { ...document, gateways: [{ key: hex, urls: [] }] }],
    ['an address that is a number', { ...document, gateways: [{ key: hex, urls: [1] }] }],
    ['a short key', { ...document, gateways: [{ key: hex.slice(2), urls }] }],
    ['a key that is no hex', { ...document, gateways: [{ key: 'zz', urls }] }],
    ['a short TLS key', { ...document, gateways: [{ key: hex, urls, tlsSpki: 'ab' }] }],
    ['a short tip', { ...document, entropyTip: 'ab' }],
    ['a kid that is none', { ...document, kid: '564341bee9b4caeg' }],
    ['a place that is a number', { ...document, cell: 5 }],
  ])('with %s is device/bad-trust', (_name, content) => expect(codeOf(read(content))).toBe('device/bad-trust'))

  it('that is not there is device/not-provisioned', () =>
    expect(codeOf(readTrustFile(testFolder()))).toBe('device/not-provisioned'))
})

describe('the addresses of a gateway', () => {
  it('are for MQTT or for the API, by their scheme', () => {
    const all = ['coap://a', 'mqtt://b', 'http://c/', 'wss://d/mqtt', 'https://e', 'mqttx://f', 'mqtts://g']
    expect(mqttUrlsOf({ key, urls: all })).toEqual(['mqtt://b', 'wss://d/mqtt', 'mqtts://g'])
    expect(httpUrlOf({ key, urls: all })).toBe('http://c')
    expect([mqttUrlsOf({ key, urls: ['coap://a'] }), httpUrlOf({ key, urls: ['mqtt://b'] })]).toEqual([[], null])
  })
})
