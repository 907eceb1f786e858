import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { regions } from '../../../device-sdk/protocol/index.ts'
import type { ToAir, ToRadio } from '../../../device-sdk/radios/ether/messages.ts'
import { readToAir, writeMessage } from '../../../device-sdk/radios/ether/messages.ts'
import type { Air, EtherOptions, EtherRadio, Heard } from '../../../device-sdk/radios/index.ts'
import { etherRadio, openRadio, startAir } from '../../../device-sdk/radios/index.ts'

const north = { lat: 47.6205, lng: -122.3493 }
const south = { lat: 47.599, lng: -122.334 }
const tacoma = { lat: 47.2529, lng: -122.4443 }
const frame = new Uint8Array(32).map((_, i) => i)
const transmission = { frame, freqKhz: 868_100, dr: 5, txDdbm: 140 }

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`)
  return result.value
}
const next = (radio: EtherRadio): Promise<Heard> => new Promise((resolve) => radio.onHeard(resolve))

let ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
})
const air = async (port = 0): Promise<Air> => {
  const started = value(await startAir({ port, seed: 1 }))
  ends.push(started.close)
  return started
}
const radio = async (port: number, truePlace = north, more: Partial<EtherOptions> = {}): Promise<EtherRadio> => {
  const opened = value(await etherRadio({ air: `udp://127.0.0.1:${port}`, truePlace, gainDbi: 2, ...more }))
  ends.push(opened.close)
  return opened
}
const socket = async (): Promise<Socket> => {
  const bound = createSocket('udp4').bind(0, '127.0.0.1')
  await once(bound, 'listening')
  ends.push(async () => bound.close())
  return bound
}
const garbage = ['', '{', '[]', 'null', '{"v":1}', '\u0000', 'x'.repeat(60_000)].map((text) => Buffer.from(text))

describe('radios in one air', () => {
  it('hear each other when near, and nothing from far away', async () => {
    const { port, stats } = await air()
    const radios = await Promise.all([north, south, tacoma].map((place) => radio(port, place)))
    const [a, b, far] = radios as [EtherRadio, EtherRadio, EtherRadio]
    const strays: Heard[] = []
    far.onHeard((heard) => strays.push(heard))
    a.onHeard((heard) => (heard.frame[0] === 0 ? strays.push(heard) : null))

    const atB = next(b)
    const before = Date.now()
    const { atMs } = value(await a.transmit(transmission))
    const heardByB = await atB
    expect(atMs).toBeGreaterThanOrEqual(before)
    expect(heardByB).toMatchObject({ frame, atMs, freqKhz: 868_100, dr: 5, tmst: expect.any(Number) })
    // 18 dBm with both gains, less 99.7 dB of free space over 2.65 km, and 10 dB more; SF7 ends at -124.5 dBm.
    expect(heardByB.rssiDdbm).toBeLessThan(180 - 997 - 100)
    expect(heardByB.rssiDdbm).toBeGreaterThan(-1_245)
    expect(heardByB.snrDdb).toBeGreaterThan(-75)

    const atA = next(a)
    value(await b.transmit({ ...transmission, frame: frame.toReversed() }))
    expect((await atA).rssiDdbm).toBe(heardByB.rssiDdbm)
    value(await far.transmit(transmission))
    expect(stats()).toEqual({ radios: 3, transmitted: 3, delivered: 2, dropped: 0 })
    expect(strays).toEqual([])
  })

  it('send one after the other, each frame once', async () => {
    const { port, stats } = await air()
    const [a, b] = [await radio(port), await radio(port, south)]
    const frames: number[] = []
    const all = new Promise<void>((resolve) => {
      b.onHeard((heard) => {
        frames.push(heard.frame[0] ?? -1)
        if (frames.length === 20) resolve()
      })
    })
    const sent = Array.from({ length: 20 }, (_, i) => a.transmit({ ...transmission, frame: Uint8Array.of(i) }))
    for (const result of await Promise.all(sent)) expect(result.ok).toBe(true)
    await all
    expect(frames).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(stats().delivered).toBe(20)
  })

  it('are gone when they close', async () => {
    const { port, stats } = await air()
    const [a, b] = [await radio(port), await radio(port, south)]
    await b.close()
    await b.close()
    value(await a.transmit(transmission))
    expect(stats()).toMatchObject({ radios: 1, delivered: 0 })
    expect(await b.transmit(transmission)).toEqual({ ok: false, error: { code: 'radio/closed' } })
  })

  it('join again when the air restarts, and transmit through the new one', async () => {
    const first = await air()
    const [a, b] = [
      await radio(first.port, north, { keepAliveMs: 60_000 }),
      await radio(first.port, south, { keepAliveMs: 20 }),
    ]
    await first.close()
    const second = await air(first.port)
    await vi.waitFor(() => expect(second.stats().radios).toBe(1))
    const heard = next(b)
    // `a` has not noticed: the air tells it.
    value(await a.transmit(transmission))
    expect((await heard).frame).toEqual(frame)
    expect(second.stats()).toMatchObject({ radios: 2, transmitted: 1 })
  })

  it('fail to transmit while the air is down', async () => {
    const only = await air()
    const a = await radio(only.port, north, { answerMsMax: 50 })
    await only.close()
    expect(await a.transmit(transmission)).toMatchObject({ error: { code: 'radio/air-unreachable' } })
  })

  it('end a transmission that waits when they close', async () => {
    const only = await air()
    const a = await radio(only.port)
    await only.close()
    const sent = a.transmit(transmission)
    await Promise.resolve()
    await a.close()
    expect(await sent).toEqual({ ok: false, error: { code: 'radio/closed' } })
  })

  it.each([
    ['an empty frame', { frame: new Uint8Array(0) }],
    ['a frame of 256 bytes', { frame: new Uint8Array(256) }],
    ['on half a kHz', { freqKhz: 868_100.5 }],
    ['at a data rate that no plan has', { dr: -1 }],
    ['with no power', { txDdbm: Number.NaN }],
  ])('refuse to transmit %s', async (_, bad) => {
    const { port, stats } = await air()
    const a = await radio(port)
    expect(await a.transmit({ ...transmission, ...bad })).toMatchObject({ error: { code: 'radio/bad-transmission' } })
    expect(stats().transmitted).toBe(0)
  })
})

describe('the air', () => {
  it('drops and counts garbage, and goes on', async () => {
    const { port, stats } = await air()
    const [a, b] = [await radio(port), await radio(port, south)]
    const stranger = await socket()
    for (const datagram of garbage) stranger.send(datagram, port, '127.0.0.1')
    await vi.waitFor(() => expect(stats().dropped).toBe(garbage.length))
    const heard = next(b)
    value(await a.transmit(transmission))
    expect((await heard).frame).toEqual(frame)
  })

  it('lets nobody transmit or leave with another session than it joined with', async () => {
    const { port, stats } = await air()
    const stranger = await socket()
    const session = '0123456789abcdef'
    const ask = async (message: ToAir): Promise<unknown> => {
      stranger.send(writeMessage(message), port, '127.0.0.1')
      const [answer] = await once(stranger, 'message')
      return JSON.parse(String(answer))
    }
    const station = { place: north, gainDbi: 2 }
    expect(await ask({ type: 'transmit', session, n: 0, transmission })).toMatchObject({ type: 'unknown', session })
    expect(await ask({ type: 'join', session: 'f'.repeat(16), station })).toMatchObject({ type: 'joined' })
    stranger.send(writeMessage({ type: 'leave', session }), port, '127.0.0.1')
    expect(await ask({ type: 'transmit', session, n: 0, transmission })).toMatchObject({ type: 'unknown', session })
    expect(stats()).toMatchObject({ radios: 1, transmitted: 0 })
  })

  it('puts a frame that it is asked for twice on the air once', async () => {
    const { port, stats } = await air()
    const b = await radio(port, south)
    const asking = await socket()
    const session = '0123456789abcdef'
    const station = { place: north, gainDbi: 2 }
    const ask = async (datagram: Buffer): Promise<unknown> => {
      asking.send(datagram, port, '127.0.0.1')
      const [answer] = await once(asking, 'message')
      return JSON.parse(String(answer))
    }
    await ask(writeMessage({ type: 'join', session, station }))
    const transmit = writeMessage({ type: 'transmit', session, n: 5, transmission })
    const heard = next(b)
    const sent = await ask(transmit)
    await heard
    expect(await ask(transmit)).toEqual(sent)
    expect(stats()).toMatchObject({ transmitted: 1, delivered: 1 })
  })

  it('cannot share its port', async () => {
    const { port } = await air()
    const again = await startAir({ port, seed: 1 })
    expect(again).toMatchObject({
      error: { code: 'radio/air-unusable', detail: expect.stringContaining('EADDRINUSE') },
    })
  })

  // Other systems have no second loopback address to compare with.
  it.runIf(process.platform === 'linux')('listens on 127.0.0.1 only', async () => {
    const { port } = await air()
    // The same port is free on another address.
    const other = createSocket('udp4').bind({ port, address: '127.0.0.2', exclusive: true })
    await once(other, 'listening')
    other.close()
  })
})

describe('a radio', () => {
  it('drops and counts what is not from its air, and what its air should not say', async () => {
    const fake = await socket()
    const stranger = await socket()
    fake.on('message', (datagram, { port }) => {
      const message = readToAir(datagram)
      if (message?.type === 'join')
        fake.send(writeMessage({ type: 'joined', session: message.session }), port, '127.0.0.1')
    })
    const joining = once(fake, 'message')
    const a = await radio(fake.address().port)
    const [datagram, { port }] = await joining
    const session = readToAir(datagram)?.session ?? ''
    const strays: Heard[] = []
    const heard = { frame, atMs: 1, rssiDdbm: -900, snrDdb: 50, freqKhz: 868_100, dr: 5, tmst: 0 }
    const message: ToRadio = { type: 'heard', session, heard }
    a.onHeard((one) => strays.push(one))
    stranger.send(writeMessage(message), port, '127.0.0.1')
    fake.send(writeMessage({ ...message, session: '0123456789abcdef' }), port, '127.0.0.1')
    for (const bad of garbage) fake.send(bad, port, '127.0.0.1')
    await vi.waitFor(() => expect(a.stats().dropped).toBe(garbage.length + 2))
    expect(strays).toEqual([])
    const good = next(a)
    fake.send(writeMessage(message), port, '127.0.0.1')
    expect(await good).toEqual(heard)
  })

  it('does not open where no air answers', async () => {
    const silent = await socket()
    const url = `udp://127.0.0.1:${silent.address().port}`
    const opened = await etherRadio({ air: url, truePlace: north, gainDbi: 2, answerMsMax: 50 })
    expect(opened).toEqual({ ok: false, error: { code: 'radio/air-unreachable', detail: url } })
  })

  it.each([
    '',
    'udp://127.0.0.1',
    'udp://127.0.0.1:0',
    'udp://127.0.0.1:65536',
    'udp://10.0.0.1:7000',
    'http://127.0.0.1:7000',
  ])('has no air at "%s"', async (url) => {
    const opened = await etherRadio({ air: url, truePlace: north, gainDbi: 2 })
    expect(opened).toEqual({ ok: false, error: { code: 'radio/bad-address', detail: url } })
  })

  it('stands nowhere but on Earth', async () => {
    const nowhere = { air: 'udp://127.0.0.1:7000', truePlace: { lat: 91, lng: 0 }, gainDbi: 2 }
    await expect(etherRadio(nowhere)).rejects.toThrow(RangeError)
  })
})

const [region] = regions
if (region === undefined) throw new Error('no region')
const options = { dir: tmpdir(), region, lossDdb: 0, ether: { truePlace: north, gainDbi: 2 } }

describe('openRadio', () => {
  it('opens one in the simulated air', async () => {
    const { port, stats } = await air()
    const opened = value(await openRadio(`air:udp://localhost:${port}`, options))
    ends.push(opened.close)
    expect(stats().radios).toBe(1)
  })

  it.each(['', 'air', 'air:', 'lora'])('refuses "%s" and names the known kinds', async (spec) => {
    const error = { code: 'radio/unknown-kind', detail: expect.stringContaining('known: air:udp://') }
    expect(await openRadio(spec, options)).toEqual({ ok: false, error })
  })
})
