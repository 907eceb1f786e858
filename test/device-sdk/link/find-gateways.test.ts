import { createSocket } from 'node:dgram'
import { describe, expect, it } from 'vitest'
import { findGateways } from '../../../device-sdk/link/index.ts'
import { announceGateway } from '../../../gateway/edge/index.ts'
import { atEnd } from '../../gateway/harness.ts'

/** Multicast over loopback: nothing leaves the machine. */
const loopback = '127.0.0.1'
const spki = 'cd'.repeat(32)

const announce = async (kid: string): Promise<{ close(): Promise<void> }> => {
  const failed = (error: Error): never => {
    throw error
  }
  const one = await announceGateway({
    net: 1,
    kid,
    spki,
    ports: { mqtts: 8883, https: 8443 },
    interface: loopback,
    failed,
  })
  atEnd(one.close)
  return one
}

/** Writes to the group of mDNS as anybody on the link can. */
const shout = async (...packets: readonly Buffer[]): Promise<void> => {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, loopback, resolve))
  socket.setMulticastInterface(loopback)
  for (const packet of packets) {
    await new Promise<void>((resolve) => socket.send(packet, 5353, '224.0.0.251', () => resolve()))
  }
  socket.close()
}

const label = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text)])
const nameOf = (name: string): Buffer => Buffer.concat([...name.split('.').map(label), Buffer.of(0)])
/** A response with one TXT record (RFC 1035 section 4.1). */
const txt = (name: string, texts: readonly string[]): Buffer => {
  const data = Buffer.concat(texts.map(label))
  const head = Buffer.from('000084000000000100000000', 'hex')
  const fixed = Buffer.from('0010000100000078', 'hex')
  return Buffer.concat([head, nameOf(name), fixed, Buffer.of(data.length >> 8, data.length & 255), data])
}

describe('looking for gateways on the link', () => {
  it('finds those that are there, with the address that answered, and their keys', async () => {
    await announce('0123456789abcdef')
    await announce('fedcba9876543210')
    const seen = new Set<string>()
    const found = await findGateways({
      forMs: 10_000,
      interface: loopback,
      until: ({ kid }) => seen.add(kid).size === 2,
    })
    expect(found.map(({ kid }) => kid).sort()).toEqual(['0123456789abcdef', 'fedcba9876543210'])
    expect(found[0]).toMatchObject({ net: 1, spki, address: loopback })
    expect(found[0]?.urls).toEqual(['mqtts://127.0.0.1:8883', 'https://127.0.0.1:8443'])
  })

  it('finds none that has said goodbye', async () => {
    const one = await announce('0000000000000001')
    await one.close()
    const found = await findGateways({ forMs: 500, interface: loopback })
    expect(found.map(({ kid }) => kid)).not.toContain('0000000000000001')
  })

  it('survives noise, and takes no more than 32 of a flood', async () => {
    const good = (n: number): string[] => ['v=1', 'net=1', `kid=${String(n).padStart(16, '0')}`, 'mqtt=1']
    const flood = Array.from({ length: 100 }, (_, n) => txt('x._hexfix._tcp.local', good(n)))
    const noise = [
      Buffer.alloc(0),
      Buffer.from('00'.repeat(12), 'hex'),
      Buffer.alloc(9_000, 0xff),
      // A name that points at itself.
      Buffer.from('000084000000000100000000c00c00100001000000780000', 'hex'),
      txt('x._hexfix._tcp.local', []),
      txt('_hexfix._tcp.local.example', good(500)),
      txt('x._other._tcp.local', good(501)),
    ]
    const looking = findGateways({ forMs: 1_500, interface: loopback })
    for (let i = 0; i < 5; i += 1) await shout(...noise, ...flood)
    const found = await looking
    expect(found).toHaveLength(32)
    expect(found.map(({ kid }) => Number(kid)).filter((n) => n >= 500)).toEqual([])
  })

  it('ends when it is called off', async () => {
    const signal = AbortSignal.timeout(50)
    const from = performance.now()
    await findGateways({ forMs: 20_000, interface: loopback, signal })
    expect(performance.now() - from).toBeLessThan(5_000)
  })
})
