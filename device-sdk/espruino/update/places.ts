import type { PieceAsked } from '../../protocol/board-link/pieces.ts'
import { encodeAsk, pieceBytesMax, pieceFrames, readPiece } from '../../protocol/board-link/pieces.ts'
import { equalBytes } from '../../protocol/bytes.ts'
import type { ByteString, Update, UpdateNews } from '../../protocol/index.ts'
import { resultOfNews, updateStatuses } from '../../protocol/update-status.ts'
import { firmwareSha256, storage, toBytes, toText } from '../loop/firmware.ts'
import type { BoardUpdate, UpdateHost } from '../loop/update.ts'
import type { Started } from './choose.ts'
import { firmwareFile, spareBytes } from './names.ts'
import type { FirmwareState } from './state.ts'
import { proved, readFirmwareState, told, tried, writeFirmwareState } from './state.ts'

declare const global: { readonly hexfixStarted?: Started }

/** A piece that does not come is asked for again. */
const againMs = 10_000
const triesMax = 30
type Fetch = { readonly update: Update; readonly file: string; offset: number; tries: number }

/**
 * The SHA-256 of a file where it lies: firmware fits into the memory of no board. Null where neither the interpreter's own function
 * nor the memory does.
 */
const hashOf = (text: ByteString, host: UpdateHost): Uint8Array | null => {
  try {
    const native = firmwareSha256() as unknown as ((text: ByteString) => ArrayBuffer) | undefined
    return native === undefined ? host.sha256(toBytes(text)) : new Uint8Array(native(text))
  } catch (_memory) {
    return null
  }
}

/**
 * Updates of a board whose Storage has two places for firmware: the bytes come in pieces over the link, into the place that does not
 * run. Only when size and digest hold is that place tried, by `chooseFirmware`.
 */
export const firmwarePlaces = (host: UpdateHost): BoardUpdate => {
  const started = global.hexfixStarted
  const isOnTrial = started?.[0] === true
  let fetch: Fetch | null = null
  let timer = 0

  const say = (news: UpdateNews, thenRestart?: boolean): void => host.say(resultOfNews(news), thenRestart)
  const answer = (update: Update, status: number, code: string): void =>
    say({ n: update.n, status, firmware: update.firmware, code }, status === updateStatuses.fetched)

  const fault = (update: Update, state: FirmwareState): string | null => {
    if (update.board !== host.config.board) return 'update/other-board'
    if (update.firmware <= host.config.firmware) return 'update/not-newer'
    if (started === undefined) return 'update/not-possible'
    if (state.failed.indexOf(update.firmware) >= 0) return 'update/failed-before'
    return null
  }
  const end = (status: number, code: string): void => {
    clearTimeout(timer)
    const ended = fetch as Fetch
    fetch = null
    answer(ended.update, status, code)
  }
  const ask = (): void => {
    const now = fetch
    if (now === null) return
    now.tries++
    if (now.tries > triesMax) {
      end(updateStatuses.failed, 'update/not-fetched')
      return
    }
    const left = now.update.size - now.offset
    const asked: PieceAsked = {
      sha256: now.update.sha256,
      offset: now.offset,
      length: left < pieceBytesMax ? left : pieceBytesMax,
    }
    host.frame(pieceFrames.ask, toText(encodeAsk(asked)))
    timer = setTimeout(ask, againMs) as unknown as number
  }
  const finish = (whole: Fetch): void => {
    const text = storage.read(whole.file)
    const digest = text === undefined ? null : hashOf(text, host)
    if (
      text === undefined ||
      text.length !== whole.update.size ||
      digest === null ||
      !equalBytes(digest, whole.update.sha256)
    ) {
      storage.erase(whole.file)
      end(updateStatuses.failed, digest === null ? 'update/unwritable' : 'update/wrong-hash')
      return
    }
    if (!writeFirmwareState(tried(readFirmwareState(), whole.update.n, whole.update.firmware))) {
      end(updateStatuses.failed, 'update/unwritable')
      return
    }
    end(updateStatuses.fetched, '')
  }
  const store = (into: Fetch, bytes: Uint8Array): boolean => {
    try {
      // The first piece reserves the place for all of them.
      const size = into.offset === 0 ? into.update.size : 0
      return storage.write(into.file, toText(bytes), into.offset, size)
    } catch (_full) {
      return false
    }
  }
  const take = (body: ByteString): void => {
    const read = readPiece(toBytes(body))
    const into = fetch
    if (into === null || !read.ok) return
    const piece = read.value as { offset: number; bytes: Uint8Array }
    if (piece.offset !== into.offset || piece.offset + piece.bytes.length > into.update.size) return
    clearTimeout(timer)
    if (!store(into, piece.bytes)) {
      end(updateStatuses.failed, 'update/unwritable')
      return
    }
    into.offset += piece.bytes.length
    into.tries = 0
    if (into.offset < into.update.size) ask()
    else finish(into)
  }

  return {
    onTrial: isOnTrial,
    offer: (update) => {
      const state = readFirmwareState()
      const refusal = fault(update, state)
      if (refusal !== null) {
        answer(update, updateStatuses.refused, refusal)
        return
      }
      if (fetch !== null || state.trying >= 0) {
        answer(update, updateStatuses.failed, 'update/busy')
        return
      }
      const file = firmwareFile(1 - state.current)
      storage.erase(file)
      if (update.size < 1 || update.size + spareBytes > storage.getFree()) {
        answer(update, updateStatuses.refused, 'update/too-large')
        return
      }
      fetch = { update, file, offset: 0, tries: 0 }
      ask()
    },
    frame: (type, body) => {
      if (type === pieceFrames.piece) take(body)
      else if (type === pieceFrames.none && fetch !== null) end(updateStatuses.failed, 'update/not-fetched')
      return type === pieceFrames.piece || type === pieceFrames.none
    },
    awaits: () => {
      const state = readFirmwareState()
      return state.news !== null || (state.trying >= 0 && isOnTrial)
    },
    accepted: () => {
      let state = readFirmwareState()
      if (state.trying >= 0 && isOnTrial) {
        const proof = proved(state)
        if (!writeFirmwareState(proof)) return
        state = proof
      }
      if (state.news === null) return
      say(state.news)
      writeFirmwareState(told(state))
    },
  }
}
