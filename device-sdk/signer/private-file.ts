import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fail, type Result } from '../protocol/result.ts'
import { folderFault, reasonOf } from './key-file-checks.ts'

/**
 * Writes a file of mode 0600 once, and its folder of mode 0700 where there is none. Whatever stands at the path already,
 * even damaged or unreadable, stays untouched: key/exists. @returns null where it is written.
 */
export const createPrivateFile = (path: string, text: string): Result<never> | null => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch (error) {
    return fail('key/not-created', `${dirname(path)}: ${reasonOf(error)}`)
  }
  return folderFault(path) ?? writeOnce(path, text)
}

/**
 * Writes beside the path, flushes, then links. Why: `link` never replaces anything, not even a link to nowhere, and a
 * crash leaves no half-written key.
 */
const writeOnce = (path: string, text: string): Result<never> | null => {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    writeFlushed(temporary, text)
    linkSync(temporary, path)
    flushFolder(folder)
    return null
  } catch (error) {
    const reason = reasonOf(error)
    return reason === 'EEXIST' ? fail('key/exists', path) : fail('key/not-created', `${path}: ${reason}`)
  } finally {
    rmSync(temporary, { force: true })
  }
}

const writeFlushed = (path: string, text: string): void => {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    // Why: the umask may have taken bits from the owner too.
    fchmodSync(file, 0o600)
    // Not writeSync: on a disk that fills up it writes a part, and says so by its result alone.
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const flushFolder = (path: string): void => {
  const folder = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
