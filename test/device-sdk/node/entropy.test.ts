import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { followEntropy } from '../../../device-sdk/node/entropy.ts'
import { encodeEntropy, mtypes, signPayload, writeTagged } from '../../../device-sdk/protocol/index.ts'
import { codeOf, must, testFolder } from '../../gateway/harness.ts'
import type { TestKey } from '../../gateway/keys.ts'
import { net, testKey } from '../../gateway/keys.ts'
import { sha256 } from '../protocol/fixtures.ts'
import { gatewayKey, gatewayOf } from './parts.ts'

const chain: Uint8Array[] = [new Uint8Array(32).fill(9)]
for (let i = 0; i < 5_000; i++) chain.push(sha256(chain[i] as Uint8Array))
chain.reverse()
const at = (index: number): Uint8Array => chain[index] as Uint8Array
const tip = at(0)

const message = (index: number, value = at(index), by: TestKey = gatewayKey, network = net): Uint8Array => {
  const binding = { mtype: mtypes.entropy, net: network, kid: by.kidBytes }
  return writeTagged(signPayload(encodeEntropy({ index, value }), binding, sha256, by.signer.sign))
}
const follower = (entropyTip: Uint8Array | null = tip, path = join(testFolder(), 'entropy')) => {
  const trust = { net, chainId: 31_337, gateways: [gatewayOf(gatewayKey)], entropyTip }
  return { ...followEntropy({ path, net, trust: () => trust }), path }
}

describe('a device that follows the entropy', () => {
  it('takes what leads to its pinned tip, and then what leads to what it has', async () => {
    const { live, take } = follower()
    expect(live()).toBeNull()
    must(await take(message(4_000)))
    expect(live()).toEqual(at(4_000))
    must(await take(message(5_000)))
    expect(live()).toEqual(at(5_000))
    must(await take(message(5_000)))
  })

  it('refuses what is off the chain, older, signed by another, for another network, or has no tip to lead to', async () => {
    const { live, take } = follower()
    expect(codeOf(await take(message(10, at(11))))).toBe('entropy/off-chain')
    expect(codeOf(await take(message(10, at(10), testKey('other'))))).toBe('sign1/wrong-kid')
    expect(codeOf(await take(message(10, at(10), gatewayKey, net + 1)))).toBe('sign1/bad-signature')
    expect(codeOf(await take(message(2 ** 21, at(10))))).toBe('entropy/off-chain')
    expect(codeOf(await take(new Uint8Array(3)))).toBe('wire/malformed')
    expect(live()).toBeNull()
    must(await take(message(20)))
    expect(codeOf(await take(message(19)))).toBe('entropy/off-chain')
    expect(live()).toEqual(at(20))
    expect(codeOf(await follower(null).take(message(1)))).toBe('entropy/not-pinned')
  })

  it('keeps what it checked, under its tip, and starts at the tip where that is damaged', async () => {
    const first = follower()
    must(await first.take(message(100)))
    expect(codeOf(await follower(tip, first.path).take(message(99)))).toBe('entropy/off-chain')
    must(await follower(tip, first.path).take(message(101)))
    // Under another tip nothing of it counts: value 50 of this chain is the tip of a chain of its own.
    must(await follower(at(50), first.path).take(message(7, at(57))))
    writeFileSync(first.path, 'damaged')
    must(await follower(tip, first.path).take(message(99)))
    expect(readFileSync(first.path, 'utf8')).toContain(' 99 ')
  })
})
