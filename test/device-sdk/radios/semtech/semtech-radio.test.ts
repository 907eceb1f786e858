import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { beaconNonce, deriveChallenge, regionOf } from '../../../../device-sdk/protocol/index.ts'
import type { Heard, SemtechOptions } from '../../../../device-sdk/radios/index.ts'
import { openLedger, openRadio, semtechRadio } from '../../../../device-sdk/radios/index.ts'
import { fromFields, fromWire } from '../../../emulators/lora-packet.ts'
import { lorawanServer, packetForwarder } from '../../../emulators/packet-forwarder.ts'
import { atEnd, codeOf, must, testFolder } from '../../../gateway/harness.ts'
import { sha256 } from '../../protocol/fixtures.ts'

const pushData = 0
const pushAck = 1
const pullData = 2
const pullResp = 3
const pullAck = 4
const txAck = 5

const region = regionOf('EU868')
if (region === null) throw new Error('EU868')
const value = new Uint8Array(32).fill(7)
const kid = '564341bee9b4caeb'
const beacon = deriveChallenge(value, kid, beaconNonce(value, kid, { boot: 0, seq: 0 }, sha256), region, sha256)
const transmission = { frame: beacon.frame, freqKhz: 868_100, dr: 5, txDdbm: 120 }

/** A data frame of a LoRaWAN device, made by lora-packet. */
const uplink = fromFields(
  { MType: 'Unconfirmed Data Up', DevAddr: Buffer.from('26011bda', 'hex'), FCnt: 4, payload: 'hello', FPort: 1 },
  Buffer.alloc(16, 1),
  Buffer.alloc(16, 2),
).getPHYPayload()
if (uplink === undefined) throw new Error('no frame')
const rxpk = (frame: Uint8Array) => ({
  tmst: 3_512_348_611,
  freq: 868.1,
  chan: 2,
  rfch: 0,
  stat: 1,
  modu: 'LORA',
  datr: 'SF7BW125',
  codr: '4/5',
  rssi: -35,
  lsnr: 5.1,
  size: frame.length,
  data: Buffer.from(frame).toString('base64'),
})

const setUp = async (more: Partial<SemtechOptions> = {}) => {
  const forwarder = await packetForwarder()
  const server = await lorawanServer()
  const ledger = must(openLedger(join(testFolder(), 'airtime'), region, Date.now()))
  const radio = must(
    await semtechRadio({
      listen: { host: '127.0.0.1', port: 0 },
      server: { host: '127.0.0.1', port: server.port },
      region,
      ledger,
      lossDdb: 10,
      answerMsMax: 1_000,
      ...more,
    }),
  )
  for (const end of [forwarder.close, server.close, radio.close]) atEnd(end)
  const heard: Heard[] = []
  radio.onHeard((one) => heard.push(one))
  const pull = async (token = 1): Promise<void> => {
    forwarder.send(forwarder.write(pullData, token), radio.port)
    await forwarder.next(pullAck)
  }
  return { forwarder, server, radio, ledger, heard, pull }
}

describe('a concentrator behind a packet forwarder', () => {
  it('hears what the forwarder reports, and the LoRaWAN server goes on hearing it, byte for byte', async () => {
    const { forwarder, server, radio, heard } = await setUp()
    const sent = forwarder.write(pushData, 0x1234, { rxpk: [rxpk(beacon.frame), rxpk(uplink)], stat: { rxnb: 2 } })
    forwarder.send(sent, radio.port)
    expect((await forwarder.next(pushAck)).token).toBe(0x1234)
    const carried = await server.next(pushData)
    expect(carried.bytes).toEqual(sent)
    const { rxpk: packets } = JSON.parse(carried.body.subarray(8).toString()) as { rxpk: { data: string }[] }
    expect(fromWire(Buffer.from(packets[1]?.data ?? '', 'base64')).DevAddr?.toString('hex')).toBe('26011bda')
    expect(heard.map(({ frame }) => Buffer.from(frame))).toEqual([Buffer.from(beacon.frame), uplink])
    expect(heard[0]).toMatchObject({ rssiDdbm: -350, snrDdb: 51, freqKhz: 868_100, dr: 5, tmst: 3_512_348_611 })
    // Its PUSH_ACK ends here: the forwarder has one.
    server.send(server.write(pushAck, 0x1234), await upPort(server, forwarder, radio.port))
    expect(forwarder.unread()).toBe(0)
  })

  it('hands the downlinks of the server to the forwarder, and its TX_ACK back under the token of the server', async () => {
    const { forwarder, server, radio } = await setUp()
    const up = await upPort(server, forwarder, radio.port)
    const txpk = {
      imme: false,
      tmst: 1,
      freq: 868.3,
      rfch: 0,
      powe: 14,
      modu: 'LORA',
      datr: 'SF12BW125',
      codr: '4/5',
      size: 17,
      data: 'QNobASYAAQABfV6rKL0=',
    }
    server.send(server.write(pullResp, 0xbeef, { txpk }), up)
    const down = await forwarder.next(pullResp)
    expect(JSON.parse(down.body.toString())).toEqual({ txpk })
    forwarder.send(forwarder.write(txAck, down.token, { txpk_ack: { error: 'TOO_LATE' } }), radio.port)
    const ack = await server.next(txAck)
    expect(ack.token).toBe(0xbeef)
    expect(JSON.parse(ack.body.subarray(8).toString())).toEqual({ txpk_ack: { error: 'TOO_LATE' } })
  })

  it('sends a beacon that LoRaWAN reads as proprietary, at the power that the cable leaves', async () => {
    const { forwarder, radio, pull, server } = await setUp()
    await pull()
    const sending = radio.transmit(transmission)
    const down = await forwarder.next(pullResp)
    const { txpk } = JSON.parse(down.body.toString()) as { txpk: Record<string, unknown> }
    expect(txpk).toMatchObject({
      imme: true,
      freq: 868.1,
      powe: 13,
      modu: 'LORA',
      datr: 'SF7BW125',
      codr: '4/5',
      ipol: false,
      size: 24,
    })
    const frame = Buffer.from(String(txpk.data), 'base64')
    expect(frame).toEqual(Buffer.from(beacon.frame))
    expect(fromWire(frame).getMType()).toBe('Proprietary')
    forwarder.send(forwarder.write(txAck, down.token), radio.port)
    expect(must(await sending)).toMatchObject({ txDdbm: 120 })
    // The answer to our own question is none of the server's business.
    await pull(2)
    await server.next(pullData)
    await server.next(pullData)
    expect(server.unread()).toBe(0)
  })

  it('reports the power that the forwarder says it used', async () => {
    const { forwarder, radio, pull } = await setUp()
    await pull()
    const sending = radio.transmit(transmission)
    const down = await forwarder.next(pullResp)
    forwarder.send(forwarder.write(txAck, down.token, { txpk_ack: { warn: 'TX_POWER', value: 12 } }), radio.port)
    expect(must(await sending).txDdbm).toBe(110)
  })

  it('says why nothing was sent: no forwarder, no answer, refused, no such data rate, closed', async () => {
    const { forwarder, radio, pull } = await setUp({ answerMsMax: 50 })
    expect(codeOf(await radio.transmit(transmission))).toBe('radio/no-forwarder')
    await pull()
    expect(codeOf(await radio.transmit(transmission))).toBe('radio/no-answer')
    const sending = radio.transmit(transmission)
    await forwarder.next(pullResp)
    const down = await forwarder.next(pullResp)
    forwarder.send(forwarder.write(txAck, down.token, { txpk_ack: { error: 'TX_FREQ' } }), radio.port)
    expect(await sending).toEqual({ ok: false, error: { code: 'radio/refused', detail: 'TX_FREQ' } })
    expect(codeOf(await radio.transmit({ ...transmission, dr: 13 }))).toBe('radio/bad-transmission')
    await radio.close()
    expect(codeOf(await radio.transmit(transmission))).toBe('radio/closed')
  })

  it('counts the downlinks of the server, so that ours keep to the duty cycle of both', async () => {
    const { forwarder, server, radio, ledger } = await setUp()
    const up = await upPort(server, forwarder, radio.port)
    must(ledger.count({ atMs: Date.now(), freqKhz: 868_100, bandwidthKhz: 125, airtimeUs: 34_500_000 }))
    const txpk = {
      imme: true,
      freq: 868.3,
      rfch: 0,
      powe: 14,
      modu: 'LORA',
      datr: 'SF12BW125',
      codr: '4/5',
      size: 51,
      data: Buffer.alloc(51).toString('base64'),
    }
    server.send(server.write(pullResp, 1, { txpk }), up)
    await forwarder.next(pullResp)
    expect(codeOf(await radio.transmit(transmission))).toBe('radio/duty-cycle')
    expect(forwarder.unread()).toBe(0)
  })

  it('drops what is malformed, and what another forwarder or the server itself sends to the wrong side', async () => {
    const { forwarder, server, radio, pull, heard } = await setUp()
    await pull()
    await server.next(pullData)
    const other = await packetForwarder('0000000000000001')
    atEnd(other.close)
    const foreign = [
      other.write(pushData, 1, { rxpk: [rxpk(beacon.frame)] }),
      other.write(pullData, 2),
      forwarder.write(pushData, 3, { rxpk: [rxpk(beacon.frame)] }).subarray(0, 30),
      forwarder.write(txAck, 4),
      Buffer.of(1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
      Buffer.of(2, 0, 0, 9),
      Buffer.from('{"txpk":{}}'),
      server.write(pullResp, 5, { txpk: {} }),
    ]
    for (const bytes of foreign) other.send(bytes, radio.port)
    await pull(6)
    expect((await server.next(pullData)).token).toBe(6)
    expect(server.unread()).toBe(0)
    expect(heard).toEqual([])
    expect(radio.stats()).toMatchObject({ received: 2, refused: foreign.length })
    expect(other.unread()).toBe(0)
  })

  it('survives any datagram, and hears nothing in it', async () => {
    const { forwarder, radio, heard, pull } = await setUp()
    await pull()
    const packets = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((json) => Buffer.concat([forwarder.write(pushData, 1), Buffer.from(json)])),
      fc
        .record({ ...Object.fromEntries(Object.keys(rxpk(uplink)).map((key) => [key, fc.anything()])) })
        .map((packet) => Buffer.concat([forwarder.write(pushData, 1), Buffer.from(stringify({ rxpk: [packet] }))])),
    )
    await fc.assert(
      fc.asyncProperty(packets, async (bytes) => {
        const before = total(radio.stats())
        forwarder.send(bytes, radio.port)
        await vi.waitFor(() => expect(total(radio.stats())).toBe(before + 1), { interval: 1 })
      }),
      { numRuns: 200 },
    )
    await pull()
    expect(heard).toEqual([])
  })

  it.each([
    ['a CRC that fails', { stat: -1 }],
    ['no CRC', { stat: 0 }],
    ['FSK', { modu: 'FSK', datr: 50_000 }],
    ['another length than its data', { size: 5 }],
    ['an unknown data rate', { datr: 'SF6BW125' }],
    ['an impossible RSSI', { rssi: 1e9 }],
    ['a counter that is none', { tmst: -1 }],
  ])('hears no packet with %s', async (_what, change) => {
    const { forwarder, radio, heard } = await setUp()
    forwarder.send(forwarder.write(pushData, 9, { rxpk: [{ ...rxpk(beacon.frame), ...change }] }), radio.port)
    await forwarder.next(pushAck)
    expect(heard).toEqual([])
  })
})

const total = ({ received, refused }: { received: number; refused: number }): number => received + refused

const stringify = (one: unknown): string => {
  try {
    return JSON.stringify(one, (_key, part) => (typeof part === 'bigint' ? 1 : part)) ?? ''
  } catch {
    return ''
  }
}

/** Where the radio sends from, as the server sees it: a PULL_DATA tells. */
const upPort = async (
  server: Awaited<ReturnType<typeof lorawanServer>>,
  forwarder: Awaited<ReturnType<typeof packetForwarder>>,
  radioPort: number,
): Promise<number> => {
  forwarder.send(forwarder.write(pullData, 77), radioPort)
  await forwarder.next(pullAck)
  return (await server.next(pullData)).fromPort
}

describe('openRadio', () => {
  it('opens one behind a forwarder, with its ledger in the folder of the device', async () => {
    const dir = testFolder()
    const options = { dir, region, lossDdb: 0, ether: null }
    const taken = await lorawanServer()
    const inUse = await openRadio(`semtech:127.0.0.1:${taken.port}`, options)
    expect(codeOf(inUse)).toBe('radio/port-unusable')
    await taken.close()
    const opened = must(await openRadio(`semtech:127.0.0.1:${taken.port}>127.0.0.1:1700`, options))
    atEnd(opened.close)
    expect(existsSync(join(dir, 'airtime'))).toBe(true)
  })

  it.each(['semtech:', 'semtech:nowhere', 'semtech:127.0.0.1:0', 'semtech:127.0.0.1:1700>', 'semtech:a:1>b:2>c:3'])(
    'refuses "%s"',
    async (spec) => {
      const options = { dir: testFolder(), region, lossDdb: 0, ether: null }
      expect(codeOf(await openRadio(spec, options))).toBe('radio/unknown-kind')
    },
  )
})
