import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import { findBoard } from '../toolchain/flash/board.ts'
import { flashSerial } from '../toolchain/flash/flash.ts'
import { progressLines } from './progress.ts'

type Options = { readonly board: string; readonly image: string; readonly port?: string; readonly hello: boolean }

export const flashCommand = async (options: Options, console: Console): Promise<void> => {
  const stop = new AbortController()
  void interrupted().then(() => stop.abort())
  const board = await findBoard(options.board)
  const onProgress = progressLines(process.stderr, () => performance.now())
  const outcome = board.ok
    ? await flashSerial({ ...options, board: board.value, onProgress, signal: stop.signal })
    : board
  console.finish(outcome, ({ bytes, sha256, hello, port }) => [
    `${bytes} bytes on ${port}, read back, sha256 equal: ${sha256}`,
    hello === null ? 'not asked for a hello' : `hello: ${hello}`,
  ])
  // The handlers of signals would keep the process.
  process.exit()
}
