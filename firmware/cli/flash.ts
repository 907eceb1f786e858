import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail } from '../../device-sdk/protocol/index.ts'
import type { FlashBoard } from '../toolchain/flash/board.ts'
import { readBundle } from '../toolchain/flash/bundle.ts'
import { flashCard } from '../toolchain/flash/files-card.ts'
import type { FilesOutcome } from '../toolchain/flash/files-ssh.ts'
import { flashBySsh } from '../toolchain/flash/files-ssh.ts'
import { findBoard } from '../toolchain/flash/find-board.ts'
import { flashSerial } from '../toolchain/flash/flash.ts'
import { imageBytesMax } from '../toolchain/flash/image.ts'
import { progressLines } from './progress.ts'

type Options = {
  readonly board: string
  readonly image: string
  readonly port?: string
  readonly hello: boolean
  readonly host?: string
  readonly sshConfig?: string
  readonly card?: string
  readonly folder: string
  readonly start: string
  readonly helloBy: string
  readonly helloWithin: number
}
type Outcome = FilesOutcome & { readonly board: string; readonly port: string }

const flashFiles = async (options: Options, board: FlashBoard, signal: AbortSignal): Promise<Result<Outcome>> => {
  const onProgress = progressLines(process.stderr, () => performance.now())
  const { host, card, folder, hello, helloBy, helloWithin: helloWithinS } = options
  const [boot, root] = card?.split(',') ?? []
  const bundle = await readBundle(options.image, board.flash.maxBytes ?? imageBytesMax)
  if (!bundle.ok) return bundle
  const shared = { bundle: bundle.value, folder, onProgress }
  if (boot !== undefined && root !== undefined) {
    const done = await flashCard({ ...shared, boot, root })
    return done.ok ? { ok: true, value: { board: board.id, port: root, ...done.value } } : done
  }
  if (host === undefined) return fail('cli/wrong-use', `${board.name} needs --host, or --card BOOT,ROOT`)
  const by = { helloBy: hello ? helloBy : null, helloWithinS, signal, board, host }
  const done = await flashBySsh({ ...options, ...shared, ...by, host })
  return done.ok ? { ok: true, value: { board: board.id, port: host, ...done.value } } : done
}

export const flashCommand = async (options: Options, console: Console): Promise<void> => {
  const stop = new AbortController()
  const { signal } = stop
  void interrupted().then(() => stop.abort())
  const onProgress = progressLines(process.stderr, () => performance.now())
  const flash = (board: FlashBoard): Promise<Result<Outcome>> =>
    board.flash.protocol === 'files'
      ? flashFiles(options, board, signal)
      : flashSerial({ ...options, board, onProgress, signal })
  const board = await findBoard(options.board)
  const outcome = board.ok ? await flash(board.value) : board
  console.finish(outcome, ({ bytes, sha256, hello, port }) => [
    `${bytes} bytes on ${port}, read back, sha256 equal: ${sha256}`,
    hello === null ? 'not asked for a hello' : `hello: ${hello}`,
  ])
  // The handlers of signals would keep the process.
  process.exit()
}
