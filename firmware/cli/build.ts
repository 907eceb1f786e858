import type { Console } from '../../bin/console/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import type { BuildOptions, Built } from '../toolchain/build/build.ts'
import { buildApp, writeBuild } from '../toolchain/build/build.ts'

type Options = BuildOptions & { readonly out: string }

const roomsShown = 8
const devWarning = 'OPEN: the console of this build serves whoever reaches it, and gives its key away. Never deploy it.'

const table = (rows: readonly (readonly [string, number])[]): string[] => {
  const digits = Math.max(...rows.map(([, bytes]) => String(bytes).length))
  return rows.map(([name, bytes]) => `  ${String(bytes).padStart(digits)} B  ${name}`)
}

/** What takes the space in the main file, the small ones together. */
const roomLines = ({ manifest: { rooms } }: Built): string[] => {
  const all = Object.entries(rooms)
  const rest = all.slice(roomsShown).reduce((sum, [, bytes]) => sum + bytes, 0)
  return table([...all.slice(0, roomsShown), ...(rest > 0 ? [['all others', rest] as const] : [])])
}

const updatesLine = (why: string | undefined): string =>
  why === undefined ? 'updates: over its line, into the other of two places' : `no updates over the line: ${why}`

export const buildCommand = async (options: Options, console: Console): Promise<void> => {
  const built = await buildApp(options)
  const written = built.ok ? await writeBuild(built.value, options.out) : built
  if (!built.ok || !written.ok) {
    console.finish(written, () => [])
    return
  }
  const { manifest } = built.value
  console.finish(ok({ out: options.out, ...manifest }), ({ app, board, main, files }) => [
    `${app} for ${board}, firmware ${manifest.firmware}: ${options.out}`,
    ...(manifest.dev ? [devWarning] : []),
    ...table(Object.entries(files).map(([name, { bytes }]) => [name, bytes] as const)),
    ...(manifest.flashBytes === undefined
      ? []
      : [`flash: ${manifest.flashBytes} of ${manifest.flashBytesMax} B, with key and outbox`]),
    ...(manifest.runtime === 'espruino' ? [updatesLine(manifest.noUpdates)] : []),
    `in ${main}:`,
    ...roomLines(built.value),
  ])
}
