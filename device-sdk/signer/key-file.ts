import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../protocol/result.ts'
import { folderFault, readCredential, readSecret } from './key-file-checks.ts'
import { isSecret, nobleSigner } from './noble.ts'
import { createPrivateFile } from './private-file.ts'
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

/** The name of the credential that holds a device's key, where it was sealed to its machine. */
export const keyCredential = 'hexfix-device.key'

/**
 * Opens the signer of a device: the credential that systemd gives this service, where there is one, else the key file.
 * Errors: those of openKeyFile.
 */
export const openDeviceKey = (path: string, credentials = process.env.CREDENTIALS_DIRECTORY): Result<Signer> => {
  const credential = join(credentials ?? '', keyCredential)
  if (credentials === undefined || !existsSync(credential)) return openKeyFile(path)
  const secret = readCredential(credential)
  if (!secret.ok) return secret
  const signer = nobleSigner(secret.value, `systemd:${keyCredential}`)
  secret.value.fill(0)
  return { ok: true, value: signer }
}

/**
 * Makes a new key and its file, and the folder where there is none. Whatever stands at the path already, even
 * damaged or unreadable, stays untouched: key/exists. Other errors: key/not-created and those of openKeyFile.
 */
export const createKeyFile = (path: string): Result<Signer> => {
  const secret = newSecret()
  const failed = createPrivateFile(path, `${secret.toString('hex')}\n`)
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
