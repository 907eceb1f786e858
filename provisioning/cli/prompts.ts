import { readFileSync } from 'node:fs'
import type { Result } from '../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../device-sdk/protocol/index.ts'
import { readPrivateFile } from '../../device-sdk/signer/index.ts'

const passphraseBytesMax = 4_096

/** Whether somebody sits there who can be asked. Questions go to stderr: stdout is for what was asked for. */
const isPerson = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

/** All of stdin, and null where it is a terminal. It is read once: nobody can give two things there. */
export const readStdin = (): string | null => (process.stdin.isTTY === true ? null : readFileSync(0, 'utf8'))

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? ''

const hidden = async (message: string): Promise<string> => {
  const { isCancel, password } = await import('@clack/prompts')
  const typed = await password({ message, output: process.stderr })
  return isCancel(typed) ? '' : (typed ?? '')
}

/**
 * A passphrase: from the file that HEXFIX_OWNER_PASSPHRASE_FILE names, a hidden prompt, or the first line of stdin; never from an
 * argument. `twice` asks a person again, for a key that this passphrase will lock.
 */
export const askPassphrase = async (what: string, twice = false): Promise<Result<string>> => {
  const file = process.env.HEXFIX_OWNER_PASSPHRASE_FILE
  if (file !== undefined && file !== '') {
    const text = readPrivateFile(file, passphraseBytesMax)
    return text.ok ? given(firstLine(text.value)) : text
  }
  if (!isPerson()) return given(firstLine(readStdin() ?? ''))
  const typed = await hidden(`Passphrase of ${what}`)
  if (twice && typed !== '' && (await hidden('The same once more')) !== typed) return fail('owner/weak-passphrase')
  return given(typed)
}

/** The passphrase of a network: from a file, `-` for stdin, a hidden prompt, or the first line of stdin; never from an argument. */
export const askNetworkPassphrase = async (ssid: string, file: string | undefined): Promise<Result<string>> => {
  const text = file === undefined || file === '-' ? null : readPrivateFile(file, passphraseBytesMax)
  if (text?.ok === false) return text
  const typed =
    text !== null ? text.value : file === undefined && isPerson() ? await hidden(`Passphrase of ${ssid}`) : readStdin()
  const passphrase = firstLine(typed ?? '')
  return passphrase === '' ? fail('wifi/no-passphrase') : ok(passphrase)
}

const given = (passphrase: string): Result<string> => (passphrase === '' ? fail('owner/no-passphrase') : ok(passphrase))

/** A private key that is typed or pasted unseen; null where nobody can be asked. */
export const askRawKey = async (): Promise<string | null> =>
  isPerson() ? hidden('Private key, 64 hex digits (not shown)') : readStdin()

/** Asks for the signature of a wallet; null where nobody can be asked or it is to come later. */
export const askSignature = async (address: string): Promise<string | null> => {
  if (!isPerson()) return null
  const { isCancel, text } = await import('@clack/prompts')
  const typed = await text({ message: `Signature of ${address} (empty: later)`, output: process.stderr })
  return isCancel(typed) || (typed ?? '').trim() === '' ? null : typed
}

/** Asks for a yes; null where nobody can be asked. */
export const askYes = async (message: string): Promise<boolean | null> => {
  if (!isPerson()) return null
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, output: process.stderr })
  return !isCancel(answer) && answer
}
