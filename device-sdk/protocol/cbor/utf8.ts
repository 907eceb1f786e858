const replacement = 0xfffd

/** Writes UTF-8 (RFC 3629) at `at` and returns the end. Writing past the end of `out` does nothing, so an empty `out` measures. */
export const writeUtf8 = (out: Uint8Array, at: number, text: string): number => {
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i)
    if (point >= 0xd800 && point < 0xe000) {
      const low = i + 1 < text.length ? text.charCodeAt(i + 1) : 0
      if (point < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00)
        i++
      } else point = replacement
    }
    if (point < 0x80) out[at++] = point
    else {
      if (point < 0x800) out[at++] = 0xc0 | (point >> 6)
      else {
        if (point < 0x10000) out[at++] = 0xe0 | (point >> 12)
        else {
          out[at++] = 0xf0 | (point >> 18)
          out[at++] = 0x80 | ((point >> 12) & 63)
        }
        out[at++] = 0x80 | ((point >> 6) & 63)
      }
      out[at++] = 0x80 | (point & 63)
    }
  }
  return at
}

/** Reads UTF-8 strictly: no overlong form, no surrogate, nothing past U+10FFFF (RFC 3629 section 4). @returns null otherwise. */
export const readUtf8 = (bytes: Uint8Array, from: number, to: number): string | null => {
  let text = ''
  let at = from
  while (at < to) {
    const lead = bytes[at++] as number
    if (lead < 0x80) {
      text += String.fromCharCode(lead)
      continue
    }
    const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1
    if (lead < 0xc2 || lead > 0xf4 || at + more > to) return null
    let point = lead & (0x3f >> more)
    for (let i = 0; i < more; i++) {
      const next = bytes[at++] as number
      if ((next & 0xc0) !== 0x80) return null
      point = (point << 6) | (next & 0x3f)
    }
    if ((more === 2 && point < 0x800) || (more === 3 && point < 0x10000)) return null
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return null
    if (point < 0x10000) text += String.fromCharCode(point)
    else text += String.fromCharCode(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff))
  }
  return text
}

/** The UTF-8 bytes of a text. */
export const utf8Bytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(writeUtf8(new Uint8Array(0), 0, text))
  writeUtf8(bytes, 0, text)
  return bytes
}
