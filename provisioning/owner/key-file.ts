import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, fromHex, ok } from '../../device-sdk/protocol/index.ts'
import type { Signer } from '../../device-sdk/signer/index.ts'
import {
  createPrivateFile,
  evmAddress,
  isSecret,
  keystoreAddress,
  nobleSigner,
  publicKeyOf,
  readPrivateFile,
  sealKeystore,
  unsealKeystore,
} from '../../device-sdk/signer/index.ts'

const fileBytesMax = 65_536
export const passphraseCharactersMin = 8

/** Reads an owner's key file without opening it: a document of Web3 Secret Storage, and the address that it names. */
export const readOwnerFile = (
  path: string,
): Result<{ readonly document: unknown; readonly address: Uint8Array | null }> => {
  const text = readPrivateFile(path, fileBytesMax)
  if (!text.ok) return text.error.code === 'key/missing' ? fail('owner/missing', path) : text
  try {
    const document: unknown = JSON.parse(text.value)
    return ok({ document, address: keystoreAddress(document) })
  } catch {
    return fail('owner/bad-keystore', `${path}: not JSON`)
  }
}

/** The owner's signer. Its uri is the path; the passphrase is not kept. */
export const openOwnerFile = async (path: string, passphrase: string): Promise<Result<Signer>> => {
  const file = readOwnerFile(path)
  if (!file.ok) return file
  const secret = await unsealKeystore(file.value.document, passphrase)
  if (!secret.ok) return fail(secret.error.code, `${path}${secret.error.detail ? `: ${secret.error.detail}` : ''}`)
  const signer = nobleSigner(secret.value, `file:${path}`)
  secret.value.fill(0)
  return ok(signer)
}

/** Seals a key into a new file. What stands at the path already stays: key/exists. @returns the address. */
export const createOwnerFile = async (
  path: string,
  secret: Uint8Array,
  passphrase: string,
): Promise<Result<{ readonly address: Uint8Array }>> => {
  if ([...passphrase].length < passphraseCharactersMin) return fail('owner/weak-passphrase')
  const document = await sealKeystore(secret, passphrase)
  const failed = createPrivateFile(path, `${JSON.stringify(document, null, 2)}\n`)
  return failed ?? ok({ address: evmAddress(publicKeyOf(secret)) })
}

/** A private key as people write it: 64 hex digits, with 0x or without. */
export const readRawKey = (text: string): Result<Uint8Array> => {
  const secret = fromHex(text.trim().toLowerCase().replace(/^0x/, ''))
  return secret !== null && isSecret(secret) ? ok(secret) : fail('owner/bad-key')
}
