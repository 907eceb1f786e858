import { describe, expect, it } from 'vitest'
import { boardsFor, chooseEspruino, choosePort } from '../../../firmware/toolchain/flash/choose-port.ts'
import type { Port } from '../../../firmware/toolchain/flash/ports.ts'

const uno = {
  id: 'uno',
  name: 'Uno',
  usb: [
    { vid: '2341', pid: '0043' },
    { vid: '1a86', pid: '7523', generic: true },
  ],
}
const pico = { id: 'pico', name: 'Pico', usb: [{ vid: '0483', pid: '5740' }] }
const wifi = { id: 'wifi', name: 'WiFi', usb: [{ vid: '0483', pid: '5740' }] }
const boards = [uno, pico, wifi]

const port = (path: string, vid: string, pid: string, serial: string | null = null): Port => ({
  path,
  vid,
  pid,
  serial,
  stable: null,
})
const genuine = port('/dev/ttyACM0', '2341', '0043', '7583')
const clone = port('/dev/ttyUSB0', '1a86', '7523')
const modem = port('/dev/ttyACM9', '12d1', '1001')

describe('the port of a board', () => {
  it('is the one whose USB device is this board alone', () => {
    expect(choosePort([modem, genuine], uno, boards)).toEqual({ ok: true, value: '/dev/ttyACM0' })
  })

  it.each([
    ['none is plugged in', [], 'flash/no-board', 'no USB serial port is there'],
    ['only others are plugged in', [modem], 'flash/no-board', 'seen: /dev/ttyACM9 12d1:1001'],
    ['only a chip of clones says so', [clone], 'flash/unidentified', '/dev/ttyUSB0 1a86:7523'],
    [
      'a clone is beside it',
      [genuine, clone],
      'flash/ambiguous',
      '/dev/ttyACM0 2341:0043 serial 7583; /dev/ttyUSB0 1a86:7523',
    ],
    [
      'there are two',
      [genuine, port('/dev/ttyACM1', '2341', '0043', '7584')],
      'flash/ambiguous',
      '/dev/ttyACM0 2341:0043 serial 7583; /dev/ttyACM1 2341:0043 serial 7584',
    ],
  ])('is refused when %s', (_, ports, code, detail) => {
    expect(choosePort(ports, uno, boards)).toEqual({ ok: false, error: { code, detail } })
  })

  it('is refused when the USB device can be another board too', () => {
    const both = port('/dev/ttyACM0', '0483', '5740')
    expect(choosePort([both], wifi, boards)).toMatchObject({ error: { code: 'flash/unidentified' } })
    expect(boardsFor(both, boards)).toEqual(['pico', 'wifi'])
  })

  it('may be named, but for one that is known to be of another board', () => {
    expect(choosePort([genuine, clone], uno, boards, '/dev/ttyUSB0')).toEqual({ ok: true, value: '/dev/ttyUSB0' })
    expect(choosePort([], uno, boards, '/dev/pts/7')).toEqual({ ok: true, value: '/dev/pts/7' })
    expect(choosePort([modem], uno, boards, '/dev/ttyACM9')).toEqual({ ok: true, value: '/dev/ttyACM9' })
    expect(choosePort([genuine], wifi, boards, '/dev/ttyACM0')).toEqual({
      ok: false,
      error: { code: 'flash/wrong-board', detail: '/dev/ttyACM0 2341:0043 serial 7583 is Uno, not WiFi' },
    })
  })
})

describe('the port of whichever small board is plugged in', () => {
  const small = [
    { ...uno, runtime: 'firmata' as const },
    ...[pico, wifi].map((one) => ({ ...one, runtime: 'espruino' as const })),
  ]
  const board = port('/dev/ttyACM0', '0483', '5740', '3368')

  it('is the one that a board with Espruino can be behind', () => {
    expect(chooseEspruino([modem, genuine, board], small)).toEqual({ ok: true, value: '/dev/ttyACM0' })
  })

  it.each([
    ['none is there', [genuine], 'board/none-found', 'seen: /dev/ttyACM0 2341:0043 serial 7583'],
    [
      'two are there',
      [board, port('/dev/ttyACM1', '0483', '5740')],
      'flash/ambiguous',
      '/dev/ttyACM0 0483:5740 serial 3368; /dev/ttyACM1 0483:5740',
    ],
  ])('is refused when %s', (_, ports, code, detail) => {
    expect(chooseEspruino(ports, small)).toEqual({ ok: false, error: { code, detail } })
  })
})
