import { readFileSync, rmSync } from 'node:fs'
import { writeDurably } from '../../device-sdk/link/index.ts'
import { fromHex, toHex } from '../../device-sdk/protocol/index.ts'
import type { Act } from './act.ts'
import { readTypedData, typedDataOf } from './typed-data.ts'

type Saved = Omit<Act, 'typed' | 'needs' | 'signatures'> & {
  readonly typedData: unknown
  readonly needs: readonly { readonly field: string; readonly address: string }[]
  readonly signatures: Readonly<Record<string, string>>
}

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0)

/** Keeps an act until its signatures are there: a file of mode 0600. It holds no key, and nothing that opens one. */
export const writePending = (path: string, { typed, needs, signatures, ...rest }: Act): void => {
  const saved: Saved = {
    ...rest,
    typedData: typedDataOf(typed),
    needs: needs.map(({ field, address }) => ({ field, address: toHex(address) })),
    signatures: Object.fromEntries(Object.entries(signatures).map(([field, value]) => [field, toHex(value)])),
  }
  writeDurably(path, `${JSON.stringify(saved, null, 2)}\n`)
}

/** The act that waits here under these words; null where there is none, or its time is over, or the file is not ours. */
export const readPending = (path: string, words: string, nowS = Date.now() / 1000): Act | null => {
  try {
    const { typedData, needs, signatures, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as Saved
    const typed = readTypedData(typedData)
    if (rest.words !== words || !typed.ok || typed.value.message.expires <= nowS) return null
    return {
      ...rest,
      typed: typed.value,
      needs: needs.map(({ field, address }) => ({ field, address: bytes(address) })),
      signatures: Object.fromEntries(Object.entries(signatures).map(([field, value]) => [field, bytes(value)])),
    }
  } catch {
    return null
  }
}

export const forgetPending = (path: string): void => rmSync(path, { force: true })
