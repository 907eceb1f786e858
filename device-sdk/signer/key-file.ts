import { randomBytes } from 'node:crypto'
import { closeSync, constants, fchmodSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fail, type Result } from '../protocol/result.ts'
import { folderFault, readSecret, reasonOf } from './key-file-checks.ts'
import { isSecret, nobleSigner } from './noble.ts'
import type { MakeSigner, Signer } from './signer.ts'

/**
 * Opens the signer of a key file: 64 lower-case hex digits and a newline, mode 0600, in a folder of mode 0700,
 * both owned by the user who runs this.
 * Errors: key/missing, key/unreadable, key/not-a-file, key/wrong-owner, key/file-mode, key/folder-mode,
 * key/bad-content, key/bad-secret. None of them shows what the file holds.
 */
export const openKeyFile = (path: string, makeSigner: MakeSigner = nobleSigner): Result<Signer> => {
  const folder = folderFault(path)
  if (folder) return folder
  const secret = readSecret(path)
  if (!secret.ok) return secret
  const signer = makeSigner(secret.value, `file:${path}`)
  secret.value.fill(0)
  return { ok: true, value: signer }
}

/**
 * Makes a new key and its file, and the folder where there is none. Whatever stands at the path already, even
 * damaged or unreadable, stays untouched: key/exists. Other errors: key/not-created and those of openKeyFile.
 */
export const createKeyFile = (path: string): Result<Signer> => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch (error) {
    return fail('key/not-created', `${dirname(path)}: ${reasonOf(error)}`)
  }
  const folder = folderFault(path)
  if (folder) return folder
  const secret = newSecret()
  const failed = writeOnce(path, secret)
  secret.fill(0)
  return failed ?? openKeyFile(path)
}

/** Opens the key file, or makes it where nothing stands at the path. */
export const openOrCreateKeyFile = (path: string, makeSigner: MakeSigner = nobleSigner): Result<Signer> => {
  const opened = openKeyFile(path, makeSigner)
  if (opened.ok || opened.error.code !== 'key/missing') return opened
  const created = createKeyFile(path)
  // Another process may have been first; its key is the one that holds.
  return created.ok || created.error.code === 'key/exists' ? openKeyFile(path, makeSigner) : created
}

const newSecret = (): Buffer => {
  for (;;) {
    const secret = randomBytes(32)
    if (isSecret(secret)) return secret
  }
}

/**
 * Writes beside the path, flushes, then links. Why: `link` never replaces anything, not even a link to nowhere, and a
 * crash leaves no half-written key.
 */
const writeOnce = (path: string, secret: Buffer): Result<never> | null => {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    writeFlushed(temporary, `${secret.toString('hex')}\n`)
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
    writeSync(file, text)
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
