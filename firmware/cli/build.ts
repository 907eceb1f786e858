import type { Console } from '../../bin/console/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import type { BuildOptions } from '../toolchain/build/build.ts'
import { buildApp, writeBuild } from '../toolchain/build/build.ts'
import type { BuildManifest } from '../toolchain/build/manifest.ts'

type Options = BuildOptions & { readonly out: string }

const roomsShown = 8
const devWarning = 'OPEN: the console of this build serves whoever reaches it, and gives its key away. Never deploy it.'

const table = (rows: readonly (readonly [string, number])[]): string[] => {
  const digits = Math.max(...rows.map(([, bytes]) => String(bytes).length))
  return rows.map(([name, bytes]) => `  ${String(bytes).padStart(digits)} B  ${name}`)
}

const memoryLines = ({ variables, variablesMax }: BuildManifest): string[] => {
  if (variables === undefined || variablesMax === undefined) return []
  return [`memory: ${variables} of ${variablesMax} variables at the most, estimated from its functions`]
}

/** What takes the space in the main file, the small ones together. */
const roomLines = ({ rooms }: BuildManifest): string[] => {
  const all = Object.entries(rooms)
  const rest = all.slice(roomsShown).reduce((sum, [, bytes]) => sum + bytes, 0)
  return table([...all.slice(0, roomsShown), ...(rest > 0 ? [['all others', rest] as const] : [])])
}

const updatesLine = (why: string | undefined): string =>
  why === undefined ? 'updates: over its line, into the other of two places' : `no updates over the line: ${why}`

export const headLines = ({ app, board, firmware, dev }: BuildManifest, out: string): string[] => [
  `${app} for ${board}, firmware ${firmware}: ${out}`,
  ...(dev ? [devWarning] : []),
]

/** What a board with an interpreter spends on it. */
export const costLines = (manifest: BuildManifest): string[] => {
  const { flashBytes, flashBytesMax, runtime, noUpdates } = manifest
  return [
    ...(flashBytes === undefined ? [] : [`flash: ${flashBytes} of ${flashBytesMax} B, with key and outbox`]),
    ...memoryLines(manifest),
    ...(runtime === 'espruino' ? [updatesLine(noUpdates)] : []),
  ]
}

export const buildCommand = async (options: Options, console: Console): Promise<void> => {
  const built = await buildApp(options)
  const written = built.ok ? await writeBuild(built.value, options.out) : built
  if (!built.ok || !written.ok) {
    console.finish(written, () => [])
    return
  }
  const { manifest } = built.value
  console.finish(ok({ out: options.out, ...manifest }), ({ main, files }) => [
    ...headLines(manifest, options.out),
    ...table(Object.entries(files).map(([name, { bytes }]) => [name, bytes] as const)),
    ...costLines(manifest),
    `in ${main}:`,
    ...roomLines(manifest),
  ])
}
