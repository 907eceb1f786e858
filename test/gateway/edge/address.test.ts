import { describe, expect, it } from 'vitest'
import { clientOf, openRate, sourceOf, trustedAddresses } from '../../../gateway/edge/index.ts'
import { codeOf, must } from '../harness.ts'

describe('one source', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:0db8:0001:0002::/64'],
    ['2001:db8:1:2::', '2001:0db8:0001:0002::/64'],
    ['2001:DB8:1:2:ffff::9', '2001:0db8:0001:0002::/64'],
    ['2001:db8:1:3::', '2001:0db8:0001:0003::/64'],
    ['2001:db8::1', '2001:0db8:0000:0000::/64'],
    ['fe80::1%eth0', 'fe80:0000:0000:0000::/64'],
    ['::1', '0000:0000:0000:0000::/64'],
    ['nonsense', 'nonsense'],
  ])('of %s is %s', (address, source) => expect(sourceOf(address)).toBe(source))
})

describe('trusted proxies', () => {
  const isTrusted = must(trustedAddresses(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1']))
  it.each([
    ['10.255.0.1', true],
    ['::ffff:10.0.0.1', true],
    ['11.0.0.1', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['::1', true],
    ['::2', false],
    ['', false],
  ])('%s: %s', (address, expected) => expect(isTrusted(address)).toBe(expected))

  it.each(['10.0.0.0/33', '10.0.0/8', 'example.org', '::/129', '10.0.0.0/8/8', '10.0.0.0/-1', ''])(
    '%s is no address',
    (entry) => expect(codeOf(trustedAddresses([entry]))).toBe('config/invalid'),
  )
})

describe('X-Forwarded-For', () => {
  const isTrusted = must(trustedAddresses(['127.0.0.1', '10.0.0.1']))
  it.each([
    ['of a stranger is not believed', '192.0.2.9', '203.0.113.1', '192.0.2.9'],
    ['of a trusted proxy names the client', '127.0.0.1', '203.0.113.1', '203.0.113.1'],
    ['that the client began itself counts from its end', '127.0.0.1', '198.51.100.1, 203.0.113.1', '203.0.113.1'],
    ['through two trusted proxies is followed', '127.0.0.1', '198.51.100.1, 203.0.113.1, 10.0.0.1', '203.0.113.1'],
    ['that is absent leaves the proxy', '127.0.0.1', undefined, '127.0.0.1'],
    ['that is no address leaves the proxy', '127.0.0.1', 'unknown', '127.0.0.1'],
    ['of IPv6 is taken', '::ffff:127.0.0.1', '2001:db8::1', '2001:db8::1'],
  ])('%s', (_name, peer, header, client) => expect(clientOf(peer, header, isTrusted)).toBe(client))

  it('of any length costs no more than its last entries', () => {
    expect(clientOf('127.0.0.1', Array(5_000).fill('10.0.0.1').join(','), isTrusted)).toBe('10.0.0.1')
  })
})

it('a rate forgets the oldest of more than ten thousand sources, and all of them after the minute', () => {
  let ms = 0
  const rate = openRate(1, () => ms)
  for (let i = 0; i < 10_001; i += 1) rate.add(`source ${i}`)
  expect([rate.isFull('source 0'), rate.isFull('source 1'), rate.isFull('source 10000')]).toEqual([false, true, true])
  ms = 60_000
  expect(rate.isFull('source 1')).toBe(false)
})
