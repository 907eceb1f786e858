import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Update } from '../../../../device-sdk/protocol/index.ts'
import {
  commandStatuses,
  frameTypes,
  ops,
  pieceFrames,
  readBoardHello,
  updateStatuses,
} from '../../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../../device-sdk/signer/index.ts'
import { must } from '../../../gateway/harness.ts'
import { testKey } from '../../../gateway/keys.ts'
import {
  command,
  firmwareImage,
  givePieces,
  giveTime,
  newFlash,
  newsFrom,
  offer,
  provisionBoard,
  recordIn,
  resultFrom,
  startBoard,
  type TestBoard,
  takeReport,
} from './board.ts'

const stranger = testKey('a stranger')
const updateTo = (firmware: number, image: Uint8Array, n = 0): Update => ({
  ...{ n, firmware, size: image.length, sha256: sha256(image), board: 'test-board', url: 'https://gateway.example' },
})
const done = (n: number) => ({ n, status: commandStatuses.done })

const open = async () => {
  const files = await newFlash()
  const board = startBoard(files, true)
  const { verifies } = must(readBoardHello(await board.next(frameTypes.hello)))
  const key = await provisionBoard(board)
  board.relays()
  return { files, board, key, verifies }
}

/** Until it computes no more: its next slice is due earlier than this looks again. */
const idle = async ({ work }: TestBoard): Promise<void> => {
  for (let seen = -1; seen !== work.turns; ) {
    seen = work.turns
    await sleep(20)
  }
}
const computes = async (board: TestBoard, what: () => void): Promise<boolean> => {
  await idle(board)
  const before = board.work.convolutions
  what()
  await idle(board)
  return board.work.convolutions > before
}

test('a board that checks signatures in JavaScript takes an update, and its own check of the receipt proves it', async () => {
  const { files, board, key, verifies } = await open()
  expect(verifies).toBe(true)
  const image = await firmwareImage(2)
  offer(board, key, updateTo(2, image))
  await givePieces(board, image)
  expect(await newsFrom(board, key)).toEqual({ n: 0, status: updateStatuses.fetched, firmware: 2, code: '' })
  await board.reboots.take()
  board.stop()
  const again = startBoard(files, true)
  expect(recordIn(files)).toMatchObject({ trying: 1, boots: 1 })
  await giveTime(again, key)
  // A stranger's receipt for the very report is no advice either: else that would not be sent again.
  expect(await takeReport(again, key, 0, { by: stranger })).toBe(2)
  await idle(again)
  again.clock.aheadMs += 121_000
  again.relays()
  expect(await takeReport(again, key)).toBe(2)
  expect(await newsFrom(again, key)).toEqual({ n: 0, status: updateStatuses.running, firmware: 2, code: '' })
  expect(recordIn(files)).toMatchObject({ current: 1, trying: -1, news: null })
  expect([...files.keys()].filter((name) => /^h/.test(name) && !name.startsWith('hexfix'))).toHaveLength(1)
})

test('only what is due is checked, one at a time, and after a signature that does not hold the board rests, each time longer', async () => {
  const { board, key } = await open()
  const another = testKey('another')
  const cheap: (() => void)[] = [
    // No pinned gateway is named: by another key, and by none.
    () => command(board, key, 1, ops.ping, { by: stranger }),
    () => command(board, key, 1, ops.ping, { nameless: true }),
    () => board.send(frameTypes.command, new Uint8Array(100).fill(0xd2)),
    () => board.send(frameTypes.update, new Uint8Array(0)),
  ]
  for (const send of cheap) expect(await computes(board, send)).toBe(false)
  command(board, key, 1, ops.ping)
  // While that is checked: dropped.
  command(board, key, 2, ops.ping)
  expect(await resultFrom(board, key)).toEqual(done(1))
  expect(await computes(board, () => command(board, key, 1, ops.ping))).toBe(false)
  for (const restS of [120, 240]) {
    expect(await computes(board, () => command(board, key, 3, ops.ping, { to: another }))).toBe(true)
    board.clock.aheadMs += 1_000 * restS - 10_000
    expect(await computes(board, () => command(board, key, 3, ops.ping))).toBe(false)
    board.clock.aheadMs += 10_000
  }
  board.relays()
  command(board, key, 3, ops.ping)
  expect(await resultFrom(board, key)).toEqual(done(3))
  // That held: the next rest is a short one.
  expect(await computes(board, () => command(board, key, 4, ops.ping, { to: another }))).toBe(true)
  board.clock.aheadMs += 120_000
  board.relays()
  offer(board, key, { ...updateTo(2, await firmwareImage(2), 5), board: 'puckjs' })
  expect(await newsFrom(board, key)).toMatchObject({ n: 5, status: updateStatuses.refused, code: 'update/other-board' })
  expect(board.unasked(frameTypes.result)).toEqual([])
  expect(board.unasked(pieceFrames.ask)).toEqual([])
})
