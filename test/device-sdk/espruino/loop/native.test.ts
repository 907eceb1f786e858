import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command, Report } from '../../../../device-sdk/protocol/index.ts'
import {
  commandStatuses,
  decode,
  encode,
  encodeCommand,
  encodeHostHello,
  encodeReceipt,
  encodeSync,
  encodeTrust,
  frameTypes,
  kidOf,
  mtypes,
  ops,
  readBoardHello,
  readReport,
  readResult,
  readSign1,
  readTimeRequest,
  toHex,
  verifySign1,
} from '../../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../../device-sdk/signer/index.ts'
import { type Emulator, openEmulator } from '../../../../scripts/native/emulator.ts'
import { mailbox } from '../../../gateway/broker/harness.ts'
import { atEnd, must } from '../../../gateway/harness.ts'
import { net, type TestKey, testKey } from '../../../gateway/keys.ts'
import { gatewayKey, gatewayOf, signedDown } from '../../node/parts.ts'
import { emulatedBoard } from '../native/board.ts'
import { code, table } from '../native/fixtures.ts'
import { openBoardUnderTest, programOf } from './board-under-test.ts'

const stranger = testKey('a stranger')
const trustIn = (key: TestKey, network = net) => ({
  net: network,
  chainId: 1,
  gateways: [gatewayOf(key)],
  entropyTip: null,
})
/** The machine code in its place; a restart that waits until the test lets it go on, and a clock that the test moves. */
const nativeParts = `Object.assign(E, nativeParts)
var later = setTimeout, now = Date.now
setTimeout = function (f, ms, a, b, c) { return ms === 2000 ? held(f) : later(f, ms, a, b, c) }
Date = { now: function () { return now() + clock.aheadMs } }`

let emulator: Emulator
let program: string
beforeAll(async () => {
  emulator = openEmulator(code, table)
  program = await programOf({ everyS: 3_600, batch: 1 }, 'nativeCrypto')
})
afterAll(() => emulator.close())

type Down = { readonly by?: TestKey; readonly net?: number }
/** A board with the native signer, its key made and the test's gateway pinned. */
const start = async () => {
  const restarts = mailbox<() => void>()
  const clock = { aheadMs: 0 }
  const one = openBoardUnderTest(program, {
    files: new Map<string, Uint8Array>([
      ['.boot0', Buffer.from(nativeParts)],
      ['hexfix.code', code],
      ['hexfix.table', table],
    ]),
    globals: { nativeParts: emulatedBoard(emulator).board, held: restarts.put, clock },
  })
  atEnd(one.board.stop)
  const hello = must(readBoardHello(await one.next(frameTypes.hello)))
  let publicKey = hello.publicKey
  if (publicKey === null) {
    one.send(frameTypes.key)
    publicKey = await one.next(frameTypes.key)
    one.send(frameTypes.trust, encode(encodeTrust(trustIn(gatewayKey))))
    await one.next(frameTypes.trust)
  }
  const key = publicKey
  const kidBytes = kidOf(key, sha256)
  const to: TestKey = { name: 'board', kid: toHex(kidBytes), kidBytes, signer: gatewayKey.signer }
  const payloadOf = (message: Uint8Array, mtype: number): Uint8Array =>
    must(verifySign1(must(readSign1(message)), { mtype, net, kid: kidBytes }, key, sha256, nobleVerify))
  const down = (mtype: (typeof mtypes)[keyof typeof mtypes], payload: Uint8Array, how: Down = {}): void =>
    one.send(0x10 + mtype, signedDown(mtype, payload, { to, ...how }))
  const reports = () => [...one.board.files.keys()].filter((name) => /^h[0-9a-f]+$/.test(name)).sort()
  return {
    ...one,
    clock,
    restarts,
    relays: () => one.send(frameTypes.hello, encodeHostHello({ version: 1, relays: true })),
    asked: async () => must(readTimeRequest(payloadOf(await one.next(frameTypes.time), mtypes.time))).nonce,
    sync: (echo: Uint8Array, boot?: number, how: Down = {}) => {
      const sync = { echo, nowS: 1_790_000_000, ms: 0 }
      down(mtypes.sync, encodeSync(boot === undefined ? sync : { ...sync, boot }), how)
    },
    /** The power goes and comes. @returns the boot that the board says. */
    restarted: async (restart: () => void) => {
      one.frames.splice(0)
      restart()
      return must(readBoardHello(await one.next(frameTypes.hello))).boot
    },
    command: (n: number, op: number, args: Command['args'] = [], how: Down = {}) =>
      down(mtypes.command, encodeCommand({ n, op, args }), how),
    result: async () => must(readResult(payloadOf(await one.next(frameTypes.result), mtypes.result))),
    report: async (): Promise<{ report: Report; digest: Uint8Array }> => {
      const payload = payloadOf(await one.next(frameTypes.report), mtypes.report)
      return { report: must(readReport(must(decode(payload)))), digest: sha256(payload).slice(0, 8) }
    },
    receipt: ({ report: { boot, seq }, digest }: { report: Report; digest: Uint8Array }, how: Down = {}) =>
      down(mtypes.receipt, encodeReceipt([{ boot, seq, digest, verdict: 0, logIndex: 1 }]), how),
    reports,
    /** Waits until that many reports are in flash. */
    holds: (count: number) => expect.poll(() => reports().length).toBeGreaterThanOrEqual(count),
  }
}
type Board = Awaited<ReturnType<typeof start>>
const done = (n: number) => expect.objectContaining({ n, status: commandStatuses.done })

/** The one answer to many: what is obeyed answers in order, so what came before the last and has no answer was ignored. */
const answers = async (board: Board, count: number) => {
  const list = []
  for (let i = 0; i < count; i++) list.push(await board.result())
  return list
}

test('commands of a pinned gateway are obeyed once each, over a restart too, and nobody else is', async () => {
  const board = await start()
  board.relays()
  board.sync(await board.asked())
  board.command(5, ops.ping, [], { by: stranger })
  board.command(4, ops.ping, [], { net: net + 1 })
  board.command(3, ops.identify)
  board.command(3, ops.identify)
  board.command(2, ops.ping)
  board.command(4, ops.interval, [0])
  board.command(5, ops.ping)
  expect(await answers(board, 3)).toEqual([
    done(3),
    expect.objectContaining({ n: 4, status: commandStatuses.badArguments }),
    done(5),
  ])
  board.command(6, ops.restart)
  expect(await board.result()).toEqual(done(6))
  expect(await board.restarted(await board.restarts.take())).toBe(1)
  board.relays()
  board.command(6, ops.ping)
  board.command(7, ops.ping)
  expect(await board.result()).toEqual(done(7))
  expect(board.frames.some(({ type }) => type === frameTypes.result)).toBe(false)
})

test('a proven receipt erases its report, and a forged one does nothing; an interval is taken', async () => {
  const board = await start()
  board.relays()
  board.sync(await board.asked())
  board.command(0, ops.interval, [1])
  expect(await board.result()).toEqual(done(0))
  const first = await board.report()
  await board.holds(2)
  const [oldest = ''] = board.reports()
  const before = Buffer.from(board.board.files.get(oldest) ?? [])
  board.receipt(first, { by: stranger })
  board.receipt({ ...first, digest: new Uint8Array(8) })
  board.command(1, ops.ping)
  await board.result()
  expect(Buffer.from(board.board.files.get(oldest) ?? []).equals(before)).toBe(true)
  board.receipt(first)
  expect((await board.report()).report).toMatchObject({ boot: 0, seq: 1 })
  expect(board.board.files.has(oldest)).toBe(false)
})

test('command 1 pins another gateway for good, of the same network only', async () => {
  const board = await start()
  const next = testKey('the next gateway')
  board.relays()
  board.command(0, ops.trust, encodeTrust(trustIn(next, net + 1)))
  board.command(1, ops.trust, encodeTrust(trustIn(next)))
  expect(await answers(board, 2)).toEqual([
    expect.objectContaining({ n: 0, status: commandStatuses.badArguments }),
    done(1),
  ])
  board.board.power()
  board.relays()
  board.command(2, ops.ping)
  board.command(2, ops.ping, [], { by: next })
  expect(await board.result()).toEqual(done(2))
  board.command(3, ops.ping)
  board.command(4, ops.ping, [], { by: next })
  expect(await board.result()).toEqual(done(4))
})

test('another gateway names the boot before it gets a report, and what it may have seen is signed again', async () => {
  const board = await start()
  const next = testKey('the next gateway')
  board.relays()
  board.sync(await board.asked())
  board.command(0, ops.interval, [1])
  await board.result()
  const sent = await board.report()
  await board.holds(2)
  board.command(1, ops.trust, encodeTrust(trustIn(next)))
  expect(await board.result()).toEqual(done(1))
  // Long enough that the report without a receipt would leave again, and that the time may be asked for.
  board.clock.aheadMs += 31_000
  board.relays()
  const nonce = await board.asked()
  board.sync(nonce, 4)
  board.command(2, ops.ping, [], { by: next })
  expect(await board.result()).toEqual(done(2))
  expect(board.frames.some(({ type }) => type === frameTypes.report)).toBe(false)
  board.sync(nonce, 9, { by: next })
  expect(await board.report()).toEqual(sent)
  board.receipt(sent, { by: next })
  expect((await board.report()).report).toMatchObject({ boot: 9, seq: 0 })
})

test('restored flash sends nothing before it knows its boot, and signs again what it never sent', async () => {
  const board = await start()
  board.relays()
  board.sync(await board.asked())
  board.command(0, ops.interval, [1])
  await board.result()
  // One was sent, and has no receipt; the next waits behind it.
  const sent = await board.report()
  await board.holds(2)
  expect(await board.restarted(board.board.power)).toBe(1)
  const waiting = board.reports().length
  board.relays()
  await board.asked()
  // Too late for an answer, too early for another question.
  board.clock.aheadMs += 11_000
  board.relays()
  board.command(1, ops.ping)
  await board.result()
  board.command(2, ops.ping)
  await board.result()
  expect(board.frames.some(({ type }) => type === frameTypes.report)).toBe(false)
  board.clock.aheadMs += 20_000
  board.relays()
  const nonce = await board.asked()
  board.sync(nonce, 50, { by: stranger })
  board.sync(nonce, 7)
  const again = await board.report()
  expect(again).toEqual(sent)
  board.receipt(again)
  for (let seq = 0; seq < waiting - 1; seq++) {
    const got = await board.report()
    expect(got.report).toMatchObject({ boot: 7, seq, blocks: [{ type: 'sensor', schema: 1 }] })
    board.receipt(got)
  }
  expect(board.reports().every((name) => name >= 'h00000007')).toBe(true)
  expect(await board.restarted(board.board.power)).toBe(8)
})
