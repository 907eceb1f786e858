import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../bench/fuzz/random.ts'
import type { Update } from '../../../../device-sdk/protocol/index.ts'
import { frameTypes, pieceFrames, readBoardHello, updateStatuses } from '../../../../device-sdk/protocol/index.ts'
import { sha256 } from '../../../../device-sdk/signer/index.ts'
import { must } from '../../../gateway/harness.ts'
import { testKey } from '../../../gateway/keys.ts'
import { printedSeed } from '../../../gateway/seed.ts'
import {
  cutPower,
  firmwareImage,
  givePieces,
  giveTime,
  newFlash,
  newsFrom,
  offer,
  provisionBoard,
  recordIn,
  startBoard,
  takeReport,
} from './board.ts'

const updateTo = (firmware: number, image: Uint8Array, n = 0): Update => ({
  ...{ n, firmware, size: image.length, sha256: sha256(image), board: 'test-board', url: 'https://gateway.example' },
})

const open = async () => {
  const files = await newFlash()
  const board = startBoard(files)
  const key = await provisionBoard(board)
  board.relays()
  return { files, board, key }
}

/** A board that has fetched firmware 2, and starts it. */
const installed = async (image: Uint8Array) => {
  const { files, board, key } = await open()
  offer(board, key, updateTo(2, image))
  await givePieces(board, image)
  expect(await newsFrom(board, key)).toEqual({ n: 0, status: updateStatuses.fetched, firmware: 2, code: '' })
  board.stop()
  return { files, key }
}

describe('firmware for a board with two places', () => {
  it('comes in pieces, is tried, proves itself by an accepted heartbeat, and stays', async () => {
    const image = await firmwareImage(2)
    const { files, key } = await installed(image)
    expect(files.get('hexfix.app1')).toEqual(image)
    expect(recordIn(files)).toMatchObject({ current: 0, trying: 1, boots: 0, firmware: 2 })
    const board = startBoard(files)
    expect(recordIn(files)).toMatchObject({ trying: 1, boots: 1 })
    await giveTime(board, key)
    expect(await takeReport(board, key)).toBe(2)
    expect(await newsFrom(board, key)).toEqual({ n: 0, status: updateStatuses.running, firmware: 2, code: '' })
    expect(recordIn(files)).toMatchObject({ current: 1, trying: -1, news: null })
    board.stop()

    // The next one goes into the other place.
    const again = startBoard(files)
    again.relays()
    const third = await firmwareImage(3)
    offer(again, key, updateTo(3, third, 1))
    await givePieces(again, third)
    expect(await newsFrom(again, key)).toMatchObject({ n: 1, status: updateStatuses.fetched })
    expect(files.get('hexfix.app0')).toEqual(third)
  })

  it.each([
    ['crashes', 'throw "broken";'],
    ['is cut off', 'startDevice({ config: {'],
  ])('that %s is started three times, and then the one before runs and says so', async (_name, before) => {
    const { files, key } = await installed(await firmwareImage(2, before))
    for (let start = 1; start <= 3; start++) {
      const broken = startBoard(files)
      await broken.reboots.take()
      expect(recordIn(files)).toMatchObject({ trying: 1, boots: start })
      broken.stop()
    }
    const board = startBoard(files)
    expect(recordIn(files)).toMatchObject({ current: 0, trying: -1, failed: [2] })
    const news = { n: 0, status: updateStatuses.rolledBack, firmware: 2, code: 'update/crashed' }
    expect(recordIn(files).news).toEqual(news)
    board.relays()
    offer(board, key, updateTo(2, await firmwareImage(2), 1))
    expect(await newsFrom(board, key)).toMatchObject({ status: updateStatuses.refused, code: 'update/failed-before' })
  })

  it('that proves nothing in time makes room for the one before, which says so', async () => {
    const { files, key } = await installed(await firmwareImage(2))
    const board = startBoard(files)
    await giveTime(board, key)
    board.timeUp()
    await board.reboots.take()
    board.stop()
    const news = { n: 0, status: updateStatuses.rolledBack, firmware: 2, code: 'update/silent' }
    expect(recordIn(files)).toMatchObject({ current: 0, trying: -1, failed: [2], news })
    const again = startBoard(files)
    const { firmware } = must(readBoardHello(await again.next(frameTypes.hello)))
    expect(firmware).toBe(1)
  })

  it('is not proved by a receipt of a stranger, of an older report, or of a refusal', async () => {
    const { files, key } = await installed(await firmwareImage(2))
    const board = startBoard(files)
    await giveTime(board, key)
    expect(await takeReport(board, key, 0, { by: testKey('a stranger') })).toBe(2)
    expect(recordIn(files)).toMatchObject({ trying: 1, boots: 1 })
    board.stop()
    const again = startBoard(files)
    await giveTime(again, key)
    // What the start before left proves nothing about this one.
    expect(await takeReport(again, key)).toBe(2)
    expect(await takeReport(again, key, 11)).toBe(2)
    expect(recordIn(files)).toMatchObject({ trying: 1, boots: 2 })
  })

  it('that loses its power at any change of its flash leaves one that runs', async () => {
    const image = await firmwareImage(2)
    const pieces = Math.ceil(image.length / 1_024)
    const { below } = randomFrom(printedSeed())
    // The number, the erased place, the pieces, the record.
    for (const at of [1, 2, 3 + below(pieces), 2 + pieces, 3 + pieces]) {
      const { files, board, key } = await open()
      const power = cutPower(files, at)
      offer(board, key, updateTo(2, image))
      const done = givePieces(board, image).then(() => newsFrom(board, key))
      await Promise.race([power.cut, done])
      board.stop()
      const again = startBoard(power.again())
      const { firmware } = must(readBoardHello(await again.next(frameTypes.hello)))
      expect([1, 2], `${at}`).toContain(firmware)
      again.stop()
    }
  })

  it.each<[string, Partial<Update>, string]>([
    ['for another board', { board: 'puckjs' }, 'update/other-board'],
    ['that runs', { firmware: 1 }, 'update/not-newer'],
    ['that is larger than the flash', { size: 1 << 20 }, 'update/too-large'],
  ])('%s is refused, and no piece is asked for', async (_name, change, code) => {
    const { files, board, key } = await open()
    const image = await firmwareImage(2)
    offer(board, key, { ...updateTo(2, image), ...change })
    expect(await newsFrom(board, key)).toMatchObject({ status: updateStatuses.refused, code })
    expect(board.unasked(pieceFrames.ask)).toEqual([])
    expect([...files.keys()].filter((name) => /app1|fw/.test(name))).toEqual([])
  })

  it('is refused by a build without places', async () => {
    const files = await newFlash()
    files.set('.bootcde', await firmwareImage(1, 'placeless = true;'))
    const board = startBoard(files)
    const key = await provisionBoard(board)
    board.relays()
    offer(board, key, updateTo(2, await firmwareImage(2)))
    const refused = { n: 0, status: updateStatuses.refused, firmware: 2, code: 'update/not-possible' }
    expect(await newsFrom(board, key)).toEqual(refused)
    expect(board.unasked(pieceFrames.ask)).toEqual([])
  })

  it('of a stranger, for another board or a second time is not answered', async () => {
    const { board, key } = await open()
    const image = await firmwareImage(2)
    const update = { ...updateTo(2, image, 5), board: 'puckjs' }
    offer(board, key, update, { by: testKey('a stranger') })
    offer(board, key, update, { to: testKey('another') })
    offer(board, key, update)
    offer(board, key, update)
    offer(board, key, { ...update, n: 6, firmware: 3 })
    expect(await newsFrom(board, key)).toMatchObject({ n: 5, firmware: 2 })
    expect(await newsFrom(board, key)).toMatchObject({ n: 6, firmware: 3 })
    expect(board.unasked(frameTypes.result)).toEqual([])
  })

  it('with a byte changed on the way is thrown away', async () => {
    const { files, board, key } = await open()
    const image = await firmwareImage(2)
    const changed = image.slice()
    changed[5_000] = (changed[5_000] ?? 0) ^ 1
    offer(board, key, updateTo(2, image))
    await givePieces(board, changed)
    expect(await newsFrom(board, key)).toMatchObject({ status: updateStatuses.failed, code: 'update/wrong-hash' })
    expect(files.has('hexfix.app1')).toBe(false)
    expect([...files.keys()].some((name) => name.startsWith('hexfix.fw'))).toBe(false)
  })

  it('that the host does not have is said to be not fetched', async () => {
    const { board, key } = await open()
    offer(board, key, updateTo(2, await firmwareImage(2)))
    await board.next(pieceFrames.ask)
    board.send(pieceFrames.none, new Uint8Array(0))
    expect(await newsFrom(board, key)).toMatchObject({ status: updateStatuses.failed, code: 'update/not-fetched' })
  })
})
