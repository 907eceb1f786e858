import { readFileSync } from 'node:fs'
import { codeBase64, tableBase64 } from '../../../../device-sdk/espruino/native/blob.ts'

export const code: Uint8Array = Uint8Array.from(Buffer.from(codeBase64, 'base64'))
export const table: Uint8Array = Uint8Array.from(Buffer.from(tableBase64, 'base64'))

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
export const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
export const vectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), 'utf8'))
