import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { combTable } from '../../../../device-sdk/espruino/index.ts'
import { boardFrame, boardFrameReader } from '../../../../device-sdk/link/index.ts'
import type { CommandResult, PieceAsked, Update, UpdateNews } from '../../../../device-sdk/protocol/index.ts'
import {
  bootKey,
  decode,
  encode,
  encodeCommand,
  encodeHostHello,
  encodePiece,
  encodeReceipt,
  encodeSync,
  encodeTrust,
  encodeUpdate,
  frameTypes,
  kidOf,
  mtypes,
  newsOfResult,
  pieceFrames,
  readAsk,
  readReport,
  readResult,
  readSign1,
  readTimeRequest,
  toHex,
  verifySign1,
} from '../../../../device-sdk/protocol/index.ts'
import { nobleVerify, sha256 } from '../../../../device-sdk/signer/index.ts'
import { bundleForEspruino, checkBundle, profileContext } from '../../../../firmware/espruino-profile/index.ts'
import { mailbox } from '../../../gateway/broker/harness.ts'
import { atEnd, must } from '../../../gateway/harness.ts'
import { net } from '../../../gateway/keys.ts'
import { gatewayKey, gatewayOf, signedDown } from '../../node/parts.ts'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

/** A bundle for Espruino in which the check of the profile finds nothing. */
const bundled = async (path: string): Promise<string> => {
  const { code } = await bundleForEspruino(fileOf(path))
  const faults = checkBundle(code)
  if (faults.length > 0) throw new Error(JSON.stringify(faults[0]))
  return code
}
/** The number that the source has for its own sequence. */
const sourceSequence = /1000001/g

const buildChooser = (): Promise<string> => bundled('../../../../device-sdk/espruino/update/bundle-entry.ts')
const built = { firmware: null as Promise<string> | null }

/** The image of one sequence; `before` is what it does first. */
export const firmwareImage = async (sequence: number, before = ''): Promise<Uint8Array> => {
  built.firmware ??= bundled('./firmware.ts')
  const code = await built.firmware
  if (!sourceSequence.test(code)) throw new Error('the sequence does not stand in the bundle')
  return bytesOf(before + code.replaceAll(sourceSequence, String(sequence)))
}

/** The flash of a board with a chooser, and firmware 1 in its first place. */
export const newFlash = async (): Promise<Map<string, Uint8Array>> =>
  new Map([
    ['.bootcde', bytesOf(await buildChooser())],
    ['hexfix.app0', await firmwareImage(1)],
    ['hexfix.tab', combTable()],
  ])

const proveMs = 1_800_000

const hostVerify = (...what: Parameters<typeof nobleVerify>) =>
  nobleVerify(...(what.map((bytes) => Uint8Array.from(bytes)) as unknown as typeof what))

/**
 * Starts a board on this flash, and stands at the other end of its line.
 * @param ownVerifier - it checks signatures itself, in JavaScript, between two turns of its loop.
 */
export const startBoard = (files: Map<string, Uint8Array>, ownVerifier = false) => {
  const boxes = new Map<number, ReturnType<typeof mailbox<Uint8Array>>>()
  const boxOf = (type: number) => {
    const box = boxes.get(type) ?? mailbox<Uint8Array>()
    boxes.set(type, box)
    return box
  }
  const reboots = mailbox<true>()
  const printed: string[] = []
  const context = profileContext(files, (line) => printed.push(line))
  atEnd(context.stop)
  const read = boardFrameReader((type, body) => boxOf(type).put(body))
  let toBoard = (_bytes: string): void => {}
  const work = { convolutions: 0, turns: 0 }
  const clock = { aheadMs: 0 }
  const E = context.run('E') as { convolve: (...what: unknown[]) => number }
  const { convolve } = E
  Object.assign(E, {
    convolve: (...what: unknown[]) => {
      work.convolutions++
      return convolve(...what)
    },
    CRC32: (text: string) => crc32(Buffer.from(text, 'latin1')),
    setConsole: () => {},
    reboot: () => reboots.put(true),
  })
  type Later = (what: () => void, ms: number, ...given: unknown[]) => number
  const board = context.run('globalThis') as { setTimeout: Later }
  const { setTimeout: later } = board
  let timeUp = (): void => {
    throw new Error('nothing is on trial')
  }
  Object.assign(board, {
    Date: { now: () => Date.now() + clock.aheadMs },
    setTimeout: (what: () => void, ms: number, ...given: unknown[]) => {
      work.turns++
      if (ms !== proveMs) return later(what, ms, ...given)
      timeUp = what
      return 0
    },
    ...(ownVerifier ? {} : { hostVerify }),
    USB: {
      on: (_event: 'data', take: (bytes: string) => void) => {
        toBoard = take
      },
      write: (bytes: string) => read(Buffer.from(bytes, 'latin1')),
    },
  })
  context.run(Buffer.from(files.get('.bootcde') ?? []).toString('latin1'))
  const send = (type: number, body: Uint8Array): void => toBoard(Buffer.from(boardFrame(type, body)).toString('latin1'))
  const next = async (type: number): Promise<Uint8Array> => boxOf(type).take()
  return {
    files,
    reboots,
    printed,
    /** What it multiplied so far, how often it set a timer to go on, and how far its clock is ahead. */
    work,
    clock,
    send,
    next,
    unasked: (type: number): readonly Uint8Array[] => boxOf(type).all,
    relays: (): void => send(frameTypes.hello, encodeHostHello({ version: 1, relays: true })),
    /** The half hour of a trial is over. */
    timeUp: () => timeUp(),
    /** The power goes away. */
    stop: context.stop,
  }
}
export type TestBoard = ReturnType<typeof startBoard>

/** Makes the board's key, and pins the test's gateway. */
export const provisionBoard = async (board: TestBoard) => {
  board.send(frameTypes.key, new Uint8Array(0))
  const publicKey = await board.next(frameTypes.key)
  const trust = { net, chainId: 1, gateways: [gatewayOf(gatewayKey)], entropyTip: null }
  board.send(frameTypes.trust, encode(encodeTrust(trust)))
  await board.next(frameTypes.trust)
  const kidBytes = kidOf(publicKey, sha256)
  return { name: 'board', kid: toHex(kidBytes), kidBytes, publicKey }
}
export type BoardKey = Awaited<ReturnType<typeof provisionBoard>>

const bodyOf = (key: BoardKey, mtype: number, compact: Uint8Array): Uint8Array => {
  const binding = { mtype, net, kid: key.kidBytes }
  return must(verifySign1(must(readSign1(compact)), binding, key.publicKey, sha256, nobleVerify))
}
type How = Parameters<typeof signedDown>[2]
type DownMtype = (typeof mtypes)['sync' | 'receipt' | 'command' | 'update']
const down = (key: BoardKey, mtype: DownMtype, body: Uint8Array, how: How = {}) =>
  signedDown(mtype, body, { to: key as never, ...how })

export const offer = (board: TestBoard, key: BoardKey, update: Update, how: How = {}): void =>
  board.send(frameTypes.update, down(key, mtypes.update, encodeUpdate(update), how))

export const command = (board: TestBoard, key: BoardKey, n: number, op: number, how: How = {}): void =>
  board.send(frameTypes.command, down(key, mtypes.command, encodeCommand({ n, op, args: [] }), how))

export const resultFrom = async (board: TestBoard, key: BoardKey): Promise<CommandResult> =>
  must(readResult(bodyOf(key, mtypes.result, await board.next(frameTypes.result))))

export const newsFrom = async (board: TestBoard, key: BoardKey): Promise<UpdateNews | null> =>
  newsOfResult(await resultFrom(board, key))

/** Answers each question for a piece out of this image. @returns once the last one was asked for. */
export const givePieces = async (board: TestBoard, image: Uint8Array): Promise<readonly PieceAsked[]> => {
  const asked: PieceAsked[] = []
  for (let to = 0; to < image.length; ) {
    const ask = must(readAsk(await board.next(pieceFrames.ask)))
    asked.push(ask)
    to = ask.offset + ask.length
    board.send(pieceFrames.piece, encodePiece({ offset: ask.offset, bytes: image.slice(ask.offset, to) }))
  }
  return asked
}

/** Carries messages from now on, and answers the board's question for the time. */
export const giveTime = async (board: TestBoard, key: BoardKey): Promise<void> => {
  board.relays()
  const { nonce } = must(readTimeRequest(bodyOf(key, mtypes.time, await board.next(frameTypes.time))))
  board.send(frameTypes.sync, down(key, mtypes.sync, encodeSync({ echo: nonce, nowS: 1_790_000_000, ms: 0 })))
}

/** Answers the next report with a receipt. @returns what the report says of the firmware. */
export const takeReport = async (
  board: TestBoard,
  key: BoardKey,
  verdict = 0,
  how: How = {},
): Promise<number | null> => {
  const payload = bodyOf(key, mtypes.report, await board.next(frameTypes.report))
  const report = must(readReport(must(decode(payload))))
  const entry = { boot: report.boot, seq: report.seq, digest: sha256(payload).slice(0, 8), verdict, logIndex: 1 }
  board.send(frameTypes.receipt, down(key, mtypes.receipt, encodeReceipt([entry]), how))
  const [block] = report.blocks
  return block?.type === 'heartbeat' ? (block.firmware ?? null) : null
}

/** What the board's own record says; the newer of its two files holds. */
export const recordIn = (files: Map<string, Uint8Array>): Record<string, unknown> => {
  const turns = ['hexfix.fw0', 'hexfix.fw1'].flatMap((name) => {
    const file = files.get(name)
    return file === undefined ? [] : [{ turn: bootKey(Buffer.from(file).readUInt32BE(4)), file }]
  })
  turns.sort((a, b) => (a.turn < b.turn ? 1 : -1))
  const [current, trying, boots, n, firmware, failed, told] = JSON.parse(
    Buffer.from(turns[0]?.file.subarray(8) ?? []).toString('latin1'),
  )
  const news = told === null ? null : { n: told[0], status: told[1], firmware: told[2], code: told[3] }
  return { current, trying, boots, n, firmware, failed, news }
}

/** From its `at`th change on this flash takes nothing: the power has gone, and what was being replaced is gone too. */
export const cutPower = (files: Map<string, Uint8Array>, at: number) => {
  let changes = 0
  const off = mailbox<true>()
  const change = (name: string, make: () => void): void => {
    changes++
    if (changes < at) make()
    if (changes !== at) return
    Map.prototype.delete.call(files, name)
    off.put(true)
  }
  files.set = (name, bytes) => {
    change(name, () => Map.prototype.set.call(files, name, bytes))
    return files
  }
  files.delete = (name) => {
    change(name, () => Map.prototype.delete.call(files, name))
    return true
  }
  return {
    cut: off.take(),
    /** The same flash under power again. */
    again: (): Map<string, Uint8Array> => new Map(files),
  }
}
