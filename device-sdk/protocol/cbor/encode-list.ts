import { concatBytes } from '../bytes.ts'

/** An array of items that are encoded already: for who cannot hold all of it as values. Fewer than 256 items. */
export const encodeList = (items: readonly Uint8Array[]): Uint8Array => {
  const head = items.length < 24 ? [0x80 | items.length] : [0x98, items.length]
  const parts: Uint8Array[] = [new Uint8Array(head)]
  return concatBytes(parts.concat(items))
}
