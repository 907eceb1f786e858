import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { packageRoot } from './sources.ts'

/** Where a source file belongs: a package, or a room of ours by its first two folders. */
const roomOf = (path: string): string => {
  // Where this package is installed, others lie beside it and not in it.
  const whole = path.startsWith('..') ? join(packageRoot(), path) : path
  const packaged = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(whole)?.[1]
  if (packaged !== undefined) return packaged
  const [first = '', second, third] = path.replace(/^(\.\.\/)+/, '').split('/')
  if (path.includes(':') || third === undefined) return second === undefined ? 'the application' : first
  return `${first}/${second}`
}

/**
 * What takes the space in a bundle: bytes of the output by room, largest first, then by name.
 * @param length - of the output, where that was made smaller after this was written: shares stay shares.
 */
export const roomsOf = ({ outputs }: Metafile, file: string, length?: number): { readonly [room: string]: number } => {
  const output = Object.entries(outputs).find(([path]) => path.endsWith(file))?.[1]
  const rooms = new Map<string, number>()
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    if (bytesInOutput > 0) rooms.set(roomOf(path), (rooms.get(roomOf(path)) ?? 0) + bytesInOutput)
  }
  const scale = length === undefined || output === undefined ? 1 : length / output.bytes
  for (const [room, bytes] of rooms) rooms.set(room, Math.floor(bytes * scale))
  return Object.fromEntries([...rooms].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}
