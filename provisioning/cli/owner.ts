import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Console } from '../../bin/console/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, ok, toHex } from '../../device-sdk/protocol/index.ts'
import {
  createPrivateFile,
  evmAddress,
  isSecret,
  signTypedMessage,
  unsealKeystore,
} from '../../device-sdk/signer/index.ts'
import { showAddress } from '../owner/address.ts'
import { createOwnerFile, passphraseCharactersMin, readOwnerFile, readRawKey } from '../owner/key-file.ts'
import { readTypedData } from '../owner/typed-data.ts'
import { unlock } from './owner-key.ts'
import { askPassphrase, askRawKey } from './prompts.ts'

type Options = { readonly file: string }
type Made = { readonly address: string; readonly file: string }

const madeLines = ({ address, file }: Made): string[] => [
  `owner  ${address}`,
  `file   ${file} (Web3 Secret Storage, version 3; geth and MetaMask read it)`,
  'Keep a copy of the file, and its passphrase elsewhere: without both nobody can transfer or revoke what it owns.',
]

/** Why before the passphrase is asked: nobody should think of one in vain. */
const standing = ({ file }: Options): Result<null> => {
  const there = readOwnerFile(file)
  if (there.ok) return fail('key/exists', file)
  return there.error.code === 'owner/missing'
    ? ok(null)
    : there.error.code === 'owner/bad-keystore'
      ? fail('key/exists', file)
      : there
}

const store = async ({ file }: Options, secret: Uint8Array, passphrase: string): Promise<Result<Made>> => {
  const made = await createOwnerFile(file, secret, passphrase)
  secret.fill(0)
  return made.ok ? ok({ address: showAddress(made.value.address), file }) : made
}

const newPassphrase = (): Promise<Result<string>> =>
  askPassphrase(`the new key, at least ${passphraseCharactersMin} characters`, true)

export const makeOwner = async (options: Options, console: Console): Promise<void> => {
  const free = standing(options)
  const passphrase = free.ok ? await newPassphrase() : free
  if (!passphrase.ok) return console.finish(passphrase, () => [])
  let secret = randomBytes(32)
  while (!isSecret(secret)) secret = randomBytes(32)
  console.finish(await store(options, secret, passphrase.value), madeLines)
}

const fromFile = async (path: string): Promise<Result<readonly [Uint8Array, string]>> => {
  let document: unknown
  try {
    document = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return fail('owner/bad-keystore', `${path} cannot be read as JSON`)
  }
  const passphrase = await askPassphrase(path)
  if (!passphrase.ok) return passphrase
  const secret = await unsealKeystore(document, passphrase.value)
  return secret.ok ? ok([secret.value, passphrase.value]) : secret
}

const fromDigits = async (): Promise<Result<readonly [Uint8Array, string]>> => {
  const secret = readRawKey((await askRawKey()) ?? '')
  if (!secret.ok) return secret
  const passphrase = await newPassphrase()
  return passphrase.ok ? ok([secret.value, passphrase.value]) : passphrase
}

export const importOwner = async (path: string | undefined, options: Options, console: Console): Promise<void> => {
  const free = standing(options)
  if (!free.ok) return console.finish(free, () => [])
  const read = path === undefined ? await fromDigits() : await fromFile(path)
  console.finish(read.ok ? await store(options, ...read.value) : read, madeLines)
}

export const showOwner = (options: Options, console: Console): void => {
  const file = readOwnerFile(options.file)
  const address = file.ok && file.value.address !== null ? showAddress(file.value.address) : null
  console.finish(file.ok ? ok({ address, file: options.file }) : file, (shown) => [
    `owner  ${shown.address ?? 'its file does not say; `hexfix owner sign` does'}`,
    `file   ${shown.file}`,
  ])
}

export const exportOwner = (to: string, options: Options, console: Console): void => {
  const file = readOwnerFile(options.file)
  const failed = file.ok ? createPrivateFile(to, `${JSON.stringify(file.value.document, null, 2)}\n`) : file
  console.finish(failed ?? ok({ file: to }), () => [`${to} holds the key under the same passphrase (mode 0600)`])
}

/** Signs typed data that somebody else made: only one of this project's messages, after it was shown, built anew from its fields. */
export const signForOwner = async (path: string, options: Options, console: Console): Promise<void> => {
  let document: unknown = null
  try {
    document = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'))
  } catch {}
  const typed = readTypedData(document)
  if (!typed.ok) return console.finish(typed, () => [])
  const { name, message, chainId } = typed.value
  process.stderr.write(`${name} on chain ${chainId}\n`)
  for (const [field, value] of Object.entries(message)) {
    const shown = !(value instanceof Uint8Array) ? value : value.length === 20 ? showAddress(value) : toHex(value)
    process.stderr.write(
      `  ${field.padEnd(13)} ${shown}${field === 'expires' ? ` (${new Date(Number(value) * 1000).toISOString()})` : ''}\n`,
    )
  }
  const signer = await unlock(options.file)
  if (!signer.ok) return console.finish(signer, () => [])
  const address = evmAddress(signer.value.publicKey)
  const asked = Object.values(message).some((value) => value instanceof Uint8Array && equalBytes(value, address))
  if (!asked) return console.finish(fail('sign/bad-typed-data', `it does not name ${showAddress(address)}`), () => [])
  const signature = `0x${toHex(signTypedMessage(signer.value, name, message, chainId))}`
  console.finish(ok({ signer: showAddress(address), message: name, signature }), () => [signature])
}
