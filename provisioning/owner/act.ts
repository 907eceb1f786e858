import type { Document } from '../gateway-client.ts'
import type { Typed } from './typed-data.ts'

/** Whose signature belongs into which field of a request. */
export type Need = { readonly field: string; readonly address: Uint8Array }

/** Something that owners and devices sign and a gateway then does. */
export type Act = {
  /** What was asked for, in one line: a later run with the same words goes on with this act. */
  readonly words: string
  readonly path: string
  /** The request without the signatures of `needs`. */
  readonly body: Document
  /** Name of the object within the body that takes the signatures; null for the body itself. */
  readonly within: string | null
  readonly typed: Typed
  readonly needs: readonly Need[]
  /** 65 bytes each, by field. */
  readonly signatures: Readonly<Record<string, Uint8Array>>
}
