import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'))

/** Plain `Uint8Array`s, since tests compare types too. */
export const bytesOf = (hex: string): Uint8Array => {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw new Error(`not hex: ${hex}`)
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest())

/** Every payload and message of the published vectors, the refused ones included: what mutations start from. */
export const publishedBytes = (): Uint8Array[] =>
  ['wire_examples', 'wire_bodies', 'wire_refused'].flatMap((name) =>
    (load(name).messages as Record<string, unknown>[]).flatMap((message) =>
      [message.payload, message.cose, message.compact].flatMap((hex) =>
        typeof hex === 'string' ? [bytesOf(hex)] : [],
      ),
    ),
  )
