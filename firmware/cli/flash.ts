import type { Console } from '../../bin/console/index.ts'
import { interrupted } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { buildHere } from '../project/build-here.ts'
import { buildFolder } from '../project/options.ts'
import type { BuildManifest } from '../toolchain/build/manifest.ts'
import { damagedIn, readManifest } from '../toolchain/build/manifest.ts'
import type { FlashBoard } from '../toolchain/flash/board.ts'
import { readBundle } from '../toolchain/flash/bundle.ts'
import { flashCard } from '../toolchain/flash/files-card.ts'
import type { FilesOutcome } from '../toolchain/flash/files-ssh.ts'
import { flashBySsh } from '../toolchain/flash/files-ssh.ts'
import { findBoard } from '../toolchain/flash/find-board.ts'
import { flashSerial } from '../toolchain/flash/flash.ts'
import { imageBytesMax } from '../toolchain/flash/image.ts'
import { costLines, headLines } from './build.ts'
import { progressLines } from './progress.ts'

type Options = {
  /** Absent where the image is a build, which says it. */
  readonly board?: string
  /** Absent in the folder of a project, which is built. */
  readonly image?: string
  readonly port?: string
  readonly hello: boolean
  readonly host?: string
  readonly sshConfig?: string
  readonly card?: string
  readonly folder: string
  readonly start?: string
  readonly helloBy: string
  readonly helloWithin: number
}
type Imaged = Options & { readonly image: string }
type Outcome = FilesOutcome & { readonly board: string; readonly port: string }

const builtStart = (folder: string): string => `sudo sh ${folder}/current/install.sh --here`
const bareStart = 'sudo systemctl restart hexfix-device'

/** The board that is meant: as it was named, or as the build says. Errors: cli/wrong-use, flash/wrong-board, flash/bad-image. */
const boardOf = (options: Imaged, build: BuildManifest | null): Result<string> => {
  const { board = build?.board } = options
  if (board === undefined)
    return fail('cli/wrong-use', `--board is missing, and ${options.image} is no build that says it`)
  if (build === null || board.endsWith('.json') || board === build.board) return ok(board)
  return fail('flash/wrong-board', `${options.image} was built for ${build.board}, not for ${board}`)
}

const flashFiles = async (
  options: Imaged,
  board: FlashBoard,
  build: BuildManifest | null,
  signal: AbortSignal,
): Promise<Result<Outcome>> => {
  const onProgress = progressLines(process.stderr, () => performance.now())
  const { host, card, folder, hello, helloBy, helloWithin: helloWithinS } = options
  const [boot, root] = card?.split(',') ?? []
  const bundle = await readBundle(options.image, board.flash.maxBytes ?? imageBytesMax)
  if (!bundle.ok) return bundle
  const damaged = build === null ? null : damagedIn(build, bundle.value)
  if (damaged !== null) return fail('flash/bad-image', `${damaged} of ${options.image} is not what was built`)
  const shared = { bundle: bundle.value, folder, onProgress }
  if (boot !== undefined && root !== undefined) {
    const done = await flashCard({ ...shared, boot, root })
    return done.ok ? { ok: true, value: { board: board.id, port: root, ...done.value } } : done
  }
  if (host === undefined) return fail('cli/wrong-use', `${board.name} needs --host, or --card BOOT,ROOT`)
  const start = options.start ?? (build === null ? bareStart : builtStart(folder))
  const by = { start, helloBy: hello ? helloBy : null, helloWithinS, signal, board, host }
  const done = await flashBySsh({ ...options, ...shared, ...by, host })
  return done.ok ? { ok: true, value: { board: board.id, port: host, ...done.value } } : done
}

/** What is to be flashed: as it was named, or built of the project of this folder. Errors: cli/wrong-use, those of `buildHere`. */
const imageOf = async ({ image, port, host, card }: Options, console: Console): Promise<Result<string>> => {
  if (image !== undefined) return ok(image)
  const built = await buildHere([port, host, card].some((one) => one !== undefined))
  if (!built.ok) return built
  if (built.value === null) return fail('cli/wrong-use', "required option '--image <path>' not specified")
  for (const line of [...headLines(built.value, buildFolder), ...costLines(built.value)]) console.say(line)
  return ok(buildFolder)
}

export const flashCommand = async (options: Options, console: Console): Promise<void> => {
  const stop = new AbortController()
  const { signal } = stop
  void interrupted().then(() => stop.abort())
  const onProgress = progressLines(process.stderr, () => performance.now())
  const flash = async (): Promise<Result<Outcome>> => {
    const found = await imageOf(options, console)
    if (!found.ok) return found
    const imaged = { ...options, image: found.value }
    const build = await readManifest(imaged.image)
    if (!build.ok) return build
    const named = boardOf(imaged, build.value)
    if (!named.ok) return named
    const board = await findBoard(named.value)
    if (!board.ok) return board
    if (board.value.flash.protocol === 'files') return flashFiles(imaged, board.value, build.value, signal)
    // What was built for an Arduino is for the computer beside it.
    const theirs = build.value?.image
    if (theirs !== undefined) return fail('flash/bad-image', `${board.value.name} itself takes ${theirs.name}`)
    return flashSerial({ ...imaged, board: board.value, onProgress, signal })
  }
  const outcome = await flash()
  console.finish(outcome, ({ bytes, sha256, hello, port }) => [
    `${bytes} bytes on ${port}, read back, sha256 equal: ${sha256}`,
    hello === null ? 'not asked for a hello' : `hello: ${hello}`,
  ])
  // The handlers of signals would keep the process.
  process.exit()
}
