import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bootLock } from '../../../device-sdk/espruino/index.ts'
import {
  checkBundle,
  encodePacket,
  type FakeBoard,
  type FakeBoardOptions,
  fakeBoard,
  packetTypes,
} from '../../../firmware/espruino-profile/index.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const key = 'k3y-k3y-k3y-k3y-k3y-k3y-k3y-k3y-and the rest of its file'
const lock = bootLock({ pin: 'BTN1', pressed: 1, line: 'USB' })
const app = 'USB.on("data", function () {}); Bluetooth.on("data", function () {}); var turns = 0'
const ask = (packetType: number, text: string): Uint8Array => encodePacket({ type: packetType, data: latin1(text) })
/** Every way that there is to make a console say the key. */
const attacks: readonly Uint8Array[] = [
  latin1('\x03'),
  latin1('\nrequire("Storage").read("hexfix.key")\n'),
  latin1('\x10print(require("Storage").read("hexfix.key"))\n'),
  latin1('\x1b[2H\x03\x03print(require("Storage").read("hexfix.key"))\r'),
  ask(packetTypes.eval, 'require("Storage").read("hexfix.key")'),
  ask(packetTypes.fileReceive, '{fn:"hexfix.key"}'),
  ask(packetTypes.fileSend, '{fn:".boot0",s:1}'),
  ask(packetTypes.data, ' '),
  ask(packetTypes.eval, 'reset()'),
  ask(packetTypes.eval, 'load()'),
  ask(packetTypes.eval, 'E.setConsole("USB",{force:true})'),
  latin1('E.setConsole("USB",{force:true})\nE.reboot()\n'),
  latin1('\nno console here: see docs/boards.md\n'),
  latin1('debugger\n\x03'),
]

let said: string
let held: boolean
let board: FakeBoard
const open = (files: Record<string, string>, options: FakeBoardOptions = {}): FakeBoard => {
  board = fakeBoard(hear, {
    files: new Map(Object.entries(files).map(([name, text]) => [name, latin1(text)])),
    lines: { Bluetooth: hear, Serial1: hear },
    pressed: () => held,
    ...options,
  })
  return board
}
const hear = (bytes: Uint8Array): void => {
  said += Buffer.from(bytes).toString('latin1')
}
const attackAll = (): void => {
  for (const line of ['USB', 'Bluetooth', 'Serial1']) {
    board.connect(line)
    for (const bytes of attacks) board.writeTo(line, bytes)
  }
}
const flashText = (): string => Buffer.from(board.flash()).toString('latin1')
const production = { '.boot0': lock, '.bootcde': app, 'hexfix.key': key, 'hexfix.wifi1': 'pa55phrase' }

beforeEach(() => {
  said = ''
  held = false
})
afterEach(() => board.stop())

describe('a board without the lock', () => {
  test.each(attacks.map((bytes, i) => [i, bytes] as const).filter(([i]) => [1, 2, 3, 4, 5].includes(i)))(
    'says its key to attack %i, so that these tests can fail',
    (_, bytes) => {
      open({ '.bootcde': app, 'hexfix.key': key })
      board.write(bytes)
      expect(said).toContain('k3y')
    },
  )
})

describe('a locked board', () => {
  test('its first file passes the check of the profile, and its first statement takes the console away', () => {
    expect(checkBundle(lock)).toEqual([])
    expect(lock.startsWith('E.setConsole(null,{force:true});')).toBe(true)
  })

  test('says nothing to anybody on any line, whatever is plugged in', () => {
    open(production)
    attackAll()
    expect(said).toBe('')
    expect(board.console()).toBeNull()
    expect(board.files.get('.boot0')).toEqual(latin1(lock))
  })

  test('nor after a reset by its own program, an exception in it, or a new start', () => {
    for (const program of ['setTimeout(function () { reset() }, 0)', 'nonsense(', 'throw new Error("x")', 'reset()']) {
      open({ ...production, '.bootcde': program })
      attackAll()
      board.power()
      attackAll()
      expect(said).toBe('')
      board.stop()
    }
  })

  test.each([undefined, 'Serial1', 'Bluetooth'])(
    'nor to Ctrl-C while it boots, with its first console on %s',
    (first) => {
      const options = {
        ...(first === undefined ? {} : { firstConsole: first }),
        atStatement: () => {
          for (const line of ['USB', 'Bluetooth', 'Serial1']) board?.writeTo(line, latin1('\x03'))
        },
      }
      open({}, options)
      for (const [name, text] of Object.entries(production)) board.files.set(name, latin1(text))
      board.power()
      attackAll()
      expect(said).toBe('')
      expect(board.console()).toBeNull()
    },
  )

  test('a lock that came second would be broken by that Ctrl-C', () => {
    open({}, { firstConsole: 'Serial1', atStatement: () => board?.writeTo('Serial1', latin1('\x03')) })
    for (const [name, text] of Object.entries({ ...production, '.boot0': `var first;var second;${lock}` })) {
      board.files.set(name, latin1(text))
    }
    board.power()
    board.writeTo('Serial1', ask(packetTypes.eval, 'require("Storage").read("hexfix.key")'))
    expect(said).toContain('k3y')
  })

  test('even where its console came back to a line, it asks for a password that cannot be said', () => {
    open({ ...production, '.bootcde': 'E.setConsole("USB")' })
    attackAll()
    board.write(latin1('\rno console here: see\r'))
    for (const bytes of attacks) board.write(bytes)
    expect(said).toContain('Invalid password')
    expect(said).not.toContain('k3y')
  })
})

describe('the button', () => {
  test('held for three seconds at the start, erases the key and everything else, and only then is there a console', async () => {
    open(production)
    held = true
    board.power()
    expect(flashText()).not.toMatch(/k3y|pa55/)
    // What was in the file stands nowhere, though Storage has not yet erased it.
    expect(board.console()).toBeNull()
    await expect.poll(() => board.console()).toBe('USB')
    expect(board.flash().length).toBe(0)
    board.write(ask(packetTypes.eval, '6*7'))
    expect(said).toContain('42')
    attackAll()
    expect(said).not.toContain('k3y')
  }, 10_000)

  test('erases a file that Storage alone would leave in the flash', () => {
    open({ '.bootcde': app, 'hexfix.key': key })
    board.write(ask(packetTypes.eval, 'require("Storage").erase("hexfix.key")'))
    expect(board.files.has('hexfix.key')).toBe(false)
    expect(flashText()).toContain('k3y')
  })

  test('let go too early, starts the board again with its key and no console', async () => {
    let reads = 0
    open(production)
    board.stop()
    open(production, { pressed: () => ++reads < 20 })
    await expect.poll(() => board.files.has('hexfix.key') && reads > 20).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    expect(flashText()).toContain('k3y')
    expect(board.console()).toBeNull()
    attackAll()
    expect(said).toBe('')
  })

  test('is of no use once the board has started', () => {
    open(production)
    held = true
    attackAll()
    expect(flashText()).toContain('k3y')
    expect(said).toBe('')
  })
})
