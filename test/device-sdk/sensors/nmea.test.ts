import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Failure } from '../../../device-sdk/protocol/index.ts'
import { nmeaSensor } from '../../../device-sdk/sensors/nmea.ts'
import type { Position } from '../../../device-sdk/sensors/nmea-track.ts'
import { metresPerHdop, trackNmea } from '../../../device-sdk/sensors/nmea-track.ts'
import type { Pty } from '../../emulators/pty.ts'
import { noFix, second, sentence, walk } from './nmea-lines.ts'
import { noSocat, opened, openedSpec, plug, portPath, said } from './serial.ts'

const tracked = (pieces: readonly string[], from: 'midway' | 'start' = 'start') => {
  const positions: Position[] = []
  const track = trackNmea((position) => positions.push(position), from)
  for (const piece of pieces) track.feed(piece)
  track.end()
  return { malformed: track.malformed(), positions: positions.map((one) => (one.ok ? one.value : one.error.code)) }
}

describe('a track of sentences', () => {
  it('takes GGA and RMC of one time for one position', () => {
    const { positions } = tracked([second('120000.00', '08.00000'), second('120001.00', '09.00000')])
    const east = expect.closeTo(11.516_666_7, 6)
    const speed = expect.closeTo(1.286, 3)
    expect(positions).toEqual([
      [expect.closeTo(48.133_333_3, 6), east, 545.4, 1.3 * metresPerHdop, speed],
      [48.15, east, 545.4, 1.3 * metresPerHdop, speed],
    ])
  })

  it('is the same in pieces of any size', () => {
    const text = second('120000.00', '08.00000') + second('120001.00', '09.00000')
    expect(tracked([...text])).toEqual(tracked([text]))
  })

  it('does with one of the two sentences: the rest is null', () => {
    const gga = (time: string) => sentence(`GPGGA,${time},4808.000,N,01131.000,E,1,08,,545.4,M,,M,,`)
    const rmc = (time: string) => sentence(`GPRMC,${time},A,4808.000,N,01131.000,E,,,110725,,`)
    const place = [expect.closeTo(48.133_333_3, 6), expect.closeTo(11.516_666_7, 6)]
    expect(tracked([`${gga('1200')}00`, `\n${gga('120000')}\n${gga('120001')}\n`])).toMatchObject({ malformed: 1 })
    expect(tracked([`${gga('120000')}\n${gga('120001')}\n`]).positions).toEqual(
      Array(2).fill([...place, 545.4, null, null]),
    )
    expect(tracked([`${rmc('120000')}\n${rmc('120001')}\n`]).positions).toEqual(
      Array(2).fill([...place, null, null, null]),
    )
  })

  it('has no fix where either of the two says so, though the other still has the last place', () => {
    const stale = sentence('GPGGA,120000.00,4808.000,N,01131.000,E,1,03,9.9,545.4,M,,M,,')
    const lost = sentence('GPRMC,120000.00,V,,,,,,,110725,,,N')
    expect(tracked([`${stale}\n${lost}\n`]).positions).toEqual(['sensor/no-fix'])
    expect(tracked([noFix]).positions).toEqual(['sensor/no-fix'])
  })

  it('passes over the half sentence that a line opened midway begins with, and counts what is malformed later', () => {
    const whole = second('120000.00', '08.00000')
    expect(tracked([whole.slice(7)], 'midway')).toMatchObject({ malformed: 0 })
    expect(tracked([whole.slice(7)], 'start')).toMatchObject({ malformed: 1 })
    expect(tracked([`${whole}junk\r\n${whole.replace('545.4', '945.4')}`])).toMatchObject({ malformed: 2 })
  })

  it('does not keep noise without a line end', () => {
    const noise = Array(50).fill('\xff'.repeat(100))
    const { malformed, positions } = tracked([...noise, '\r\n', second('120000.00', '08.00000')])
    expect([malformed > 0, positions.length]).toEqual([true, 1])
  })
})

/**
 * Sends again and again, as receivers do: an opening port throws away what came before it was set up. The first line end is
 * that of a sentence that was under way.
 */
const repeat = (pty: Pty, text: () => string | Uint8Array): void => {
  pty.write('\r\n')
  const timer = setInterval(() => pty.write(text()), 50)
  onTestFinished(() => clearInterval(timer))
}

describe.skipIf(noSocat !== null)(`a receiver on a serial port ${noSocat ?? ''}`, () => {
  it('gives position, altitude, accuracy by HDOP and speed', async () => {
    const pty = await plug(portPath())
    repeat(pty, () => second('120000.00', '08.00000'))
    const sensor = await openedSpec(`nmea:${pty.path}:4800`)
    expect(sensor).toMatchObject({ name: 'nmea', schema: 4 })
    expect(await said(sensor)).toEqual(walk)
  })

  it('gives no reading without a fix, and says how many satellites it hears', async () => {
    const pty = await plug(portPath())
    let sent = noFix
    repeat(pty, () => sent)
    const sensor = await openedSpec(`nmea:${pty.path}`)
    expect(await said(sensor)).toEqual({ code: 'sensor/no-fix', detail: 'no fix, 3 satellites' })
    sent = second('120004.00', '08.00000')
    await vi.waitUntil(async () => 'lat' in (await said(sensor)), { interval: 0 })
    expect(await said(sensor)).toEqual(walk)
  })

  it('drops damaged sentences between good ones, and says so', async () => {
    const faults: Failure[] = []
    const pty = await plug(portPath())
    repeat(pty, () => `$GPGGA,garbage*00\r\n${second('120000.00', '08.00000')}`)
    const sensor = await opened(nmeaSensor({ path: pty.path, onFault: (fault) => faults.push(fault) }))
    expect(await said(sensor)).toEqual(walk)
    await vi.waitUntil(() => faults.length > 0)
    expect(faults[0]).toEqual({ code: 'sensor/garbled', detail: expect.stringMatching(/: \d+ sentences dropped$/) })
  })

  it.each([
    ['garbled', '\r\n\x80\x91\xfe\r\n\xaa\x0f\r\n', 'sensor/garbled'],
    ['silent', '', 'sensor/silent'],
    ['silent of places', `\r\n${sentence('GPGSV,1,1,00')}\r\n`, 'sensor/silent'],
  ])('is %s where only such bytes come', async (_, text, code) => {
    const pty = await plug(portPath())
    repeat(pty, () => Buffer.from(text, 'latin1'))
    const sensor = await opened(nmeaSensor({ path: pty.path, baud: 9600, withinMs: 300 }))
    expect(await said(sensor)).toMatchObject({ code, detail: expect.stringContaining('9600 baud') })
  })

  it('says that it was unplugged in the midst of a reading, and comes back with the port', async () => {
    const path = portPath()
    const pty = await plug(path)
    repeat(pty, () => second('120000.00', '08.00000'))
    const sensor = await openedSpec(`nmea:${path}`)
    expect(await said(sensor)).toEqual(walk)
    const reading = said(sensor)
    await pty.unplug()
    expect(await reading).toEqual({ code: 'sensor/unplugged', detail: path })
    expect(await said(sensor)).toEqual({ code: 'sensor/unplugged', detail: path })
    const again = await plug(path)
    repeat(again, () => second('120100.00', '08.00000'))
    expect(await said(sensor)).toEqual(walk)
  })

  it('gives one reading to all who ask at once, and none after it is closed', async () => {
    const pty = await plug(portPath())
    repeat(pty, () => second('120000.00', '08.00000'))
    const sensor = await openedSpec(`nmea:${pty.path}`)
    expect(await Promise.all([said(sensor), said(sensor)])).toEqual([walk, walk])
    const reading = said(sensor)
    await sensor.close()
    expect([await reading, await said(sensor)]).toMatchObject([
      { code: 'sensor/unplugged' },
      { code: 'sensor/unplugged' },
    ])
  })
})

describe('a file of sentences', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexfix-nmea-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (text: string): string => {
    writeFileSync(join(folder, 'track.nmea'), text)
    return join(folder, 'track.nmea')
  }

  it('gives its positions one by one, and the first again after the last', async () => {
    const path = file(second('120000.00', '08.00000') + noFix + second('120004.00', '09.00000'))
    const sensor = await openedSpec(`nmea:${path}`)
    expect(sensor).toMatchObject({ name: 'nmea:track.nmea', schema: 4 })
    const all = [await said(sensor), await said(sensor), await said(sensor), await said(sensor)]
    expect(all).toEqual([walk, { code: 'sensor/no-fix', detail: expect.any(String) }, { ...walk, lat: 48.15 }, walk])
  })

  it('is refused without a position in it', async () => {
    expect(await nmeaSensor({ path: file('hello\n') })).toMatchObject({ error: { code: 'sensor/no-rows' } })
  })
})
