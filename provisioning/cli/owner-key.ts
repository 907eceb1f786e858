import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeDurably } from '../../device-sdk/link/index.ts'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { equalBytes, fail, ok } from '../../device-sdk/protocol/index.ts'
import type { Signer } from '../../device-sdk/signer/index.ts'
import { evmAddress } from '../../device-sdk/signer/index.ts'
import { readAddress, showAddress } from '../owner/address.ts'
import { openOwnerFile, readOwnerFile } from '../owner/key-file.ts'
import type { Signatures, Waiting } from '../owner/perform.ts'
import type { TypedData } from '../owner/typed-data.ts'
import { askPassphrase, askSignature, readStdin } from './prompts.ts'

export type OwnerOptions = {
  /** The address of a wallet elsewhere; false for no owner. */
  readonly owner?: string | false
  readonly ownerKey: string
  readonly signature?: readonly string[]
  readonly typedData?: string
}
export type Owner = { readonly address: Uint8Array; readonly signatures: Signatures }

/** Opens a key file with its passphrase. */
export const unlock = async (path: string): Promise<Result<Signer>> => {
  const file = readOwnerFile(path)
  if (!file.ok) return file
  const who = file.value.address === null ? path : showAddress(file.value.address)
  const passphrase = await askPassphrase(who)
  return passphrase.ok ? openOwnerFile(path, passphrase.value) : passphrase
}

/** A signature is given as hex, as `-` for stdin, or as a file. */
const readPasted = (text: string): Result<string> => {
  if (text === '-') return ok(readStdin() ?? '')
  if (/^(0x)?[0-9a-fA-F]{130}$/.test(text)) return ok(text)
  try {
    return ok(readFileSync(text, 'utf8'))
  } catch {
    return fail('sign/bad-signature', `${text} is neither 65 bytes in hex nor a file`)
  }
}

const readAllPasted = (texts: readonly string[] = []): Result<string[]> => {
  const read: string[] = []
  for (const text of texts) {
    const one = readPasted(text)
    if (!one.ok) return one
    read.push(one.value)
  }
  return ok(read)
}

/** Writes what is to be signed where --typed-data says. */
export const saveTypedData = ({ typedData: path }: OwnerOptions, typedData: TypedData): void => {
  if (path !== undefined) writeDurably(path, `${JSON.stringify(typedData, null, 2)}\n`)
}

/**
 * Who the owner is, and where their signature comes from: the key file, or with --owner a wallet elsewhere. Null where there is
 * neither, or --no-owner. Keys of `more` sign too, such as the one of whoever receives a device.
 */
export const findOwner = async (options: OwnerOptions, more: readonly string[] = []): Promise<Result<Owner | null>> => {
  if (options.owner === false) return ok(null)
  const wanted = options.owner === undefined ? null : readAddress(options.owner)
  if (wanted !== null && !wanted.ok) return wanted
  const file = readOwnerFile(options.ownerKey)
  if (!file.ok && (file.error.code !== 'owner/missing' || wanted === null)) {
    return file.error.code === 'owner/missing' ? ok(null) : file
  }
  const inFile = file.ok ? file.value.address : null
  const isHere = file.ok && (wanted === null || (inFile !== null && equalBytes(inFile, wanted.value)))
  const signers: Signer[] = []
  for (const path of [...(isHere ? [options.ownerKey] : []), ...more]) {
    const signer = await unlock(path)
    if (!signer.ok) return signer
    signers.push(signer.value)
  }
  const address = wanted?.value ?? (signers[0] === undefined ? null : evmAddress(signers[0].publicKey))
  const pasted = readAllPasted(options.signature)
  if (!pasted.ok) return pasted
  if (address === null) return ok(null)
  const ask = async (who: string, typedData: TypedData): Promise<string | null> => {
    saveTypedData(options, typedData)
    if (options.typedData === undefined) process.stderr.write(`${JSON.stringify(typedData)}\n`)
    return askSignature(who)
  }
  return ok({
    address,
    signatures: { signers, pasted: pasted.value, ask: process.stdin.isTTY ? ask : async () => null },
  })
}

/** Where an act of an owner waits for signatures: beside the owner's key. */
export const pendingFile = (options: OwnerOptions, verb: string, kid: string): string =>
  join(dirname(options.ownerKey), 'pending', `${verb}-${kid}.json`)

export const localTime = (ms: number): string => new Date(ms).toLocaleString('sv-SE')

/** What is missing, where it is to be signed, and how it goes on. */
export const waitingLines = ({ signers, expires, typedData }: Waiting, { typedData: path }: OwnerOptions): string[] => {
  return [
    ...(path === undefined ? [JSON.stringify(typedData)] : []),
    `waiting for the signature of ${signers.join(' and ')}, until ${localTime(expires * 1000)}`,
    `next: sign ${path ?? 'the typed data above'} with that account (eth_signTypedData_v4, or hexfix owner sign),`,
    '      then run the same command again with --signature 0x...',
  ]
}
