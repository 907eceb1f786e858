import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail, ok, type Result } from '../protocol/result.ts'
import { isSecret } from './noble.ts'

const fileBytes = 65
const content = /^[0-9a-f]{64}\n$/

/** The system's name of an error, such as EACCES. Why: messages of Node may quote more than that. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'

const openFault = (error: unknown, path: string): Result<never> => {
  const reason = reasonOf(error)
  if (reason === 'ENOENT') return fail('key/missing', path)
  // O_NOFOLLOW gives ELOOP for a link; a part of the path that is no folder gives ENOTDIR.
  if (reason === 'ELOOP' || reason === 'ENOTDIR') return fail('key/not-a-file', path)
  return fail('key/unreadable', `${path}: ${reason}`)
}

/** Owner and mode of the file. Where the system has no user ids, neither says anything and both are left out. */
const fileFault = (stats: Stats, path: string): Result<never> | null => {
  const user = process.geteuid?.()
  if (user === undefined) return null
  if (stats.uid !== user) return fail('key/wrong-owner', `${path} belongs to user ${stats.uid}, this is user ${user}`)
  if ((stats.mode & 0o077) === 0) return null
  return fail('key/file-mode', `${path} has mode ${(stats.mode & 0o777).toString(8)}; run: chmod 600 ${path}`)
}

/** Whether others could put another file in the place of the key: with a sticky bit only its owner could. */
const swappable = ({ mode }: Stats): boolean => (mode & 0o022) !== 0 && (mode & 0o1000) === 0

/** What is wrong with the folder of a key file, or null. */
export const folderFault = (path: string): Result<never> | null => {
  const folder = dirname(path)
  const user = process.geteuid?.()
  try {
    const stats = statSync(folder)
    if (!stats.isDirectory()) return fail('key/not-a-file', folder)
    if (user === undefined) return null
    if (stats.uid !== user && stats.uid !== 0) return fail('key/wrong-owner', `${folder} belongs to user ${stats.uid}`)
    if (!swappable(stats)) return null
    return fail('key/folder-mode', `${folder} can be written by others; run: chmod 700 ${folder}`)
  } catch (error) {
    return openFault(error, path)
  }
}

type Check = (stats: Stats, path: string) => Result<never> | null

/** What `read` makes of an open file that passes `check`. All checks are on the open file: the path could be another one by now. */
const withFile = <T>(path: string, check: Check, read: (file: number) => Result<T>): Result<T> => {
  let file: number
  try {
    // Why: O_NONBLOCK, since opening a named pipe would wait for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return openFault(error, path)
  }
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) return fail('key/not-a-file', path)
    return check(stats, path) ?? read(file)
  } catch (error) {
    return openFault(error, path)
  } finally {
    closeSync(file)
  }
}

/** The 32 bytes of the secret; the caller wipes them. */
export const readSecret = (path: string): Result<Buffer> => withFile(path, fileFault, (file) => secretIn(file, path))

/**
 * The same of a credential of systemd. Why no check of its owner: the folder lets in the service's user alone, and the file is
 * root's, with an entry for that user (systemd.exec(5), CREDENTIALS).
 */
export const readCredential = (path: string): Result<Buffer> =>
  withFile(
    path,
    () => null,
    (file) => secretIn(file, path),
  )

/** The text of a file that only its owner may read: mode 0600, a regular file, not too long. */
export const readPrivateFile = (path: string, bytesMax: number): Result<string> =>
  withFile(path, fileFault, (file) => {
    const bytes = Buffer.alloc(bytesMax + 1)
    const length = readSync(file, bytes, 0, bytes.length, 0)
    const text = bytes.toString('utf8', 0, length)
    bytes.fill(0)
    return length > bytesMax ? fail('key/unreadable', `${path}: over ${bytesMax} bytes`) : ok(text)
  })

const secretIn = (file: number, path: string): Result<Buffer> => {
  // One byte more than a key file has, so that a longer file shows.
  const bytes = Buffer.alloc(fileBytes + 1)
  const length = readSync(file, bytes, 0, bytes.length, 0)
  const text = bytes.toString('latin1', 0, length)
  bytes.fill(0)
  if (!content.test(text)) return fail('key/bad-content', path)
  const secret = Buffer.from(text.slice(0, 64), 'hex')
  return isSecret(secret) ? ok(secret) : fail('key/bad-secret', path)
}
