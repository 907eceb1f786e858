const digits = '0123456789abcdef'

export const toHex = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    text += digits.charAt(byte >> 4) + digits.charAt(byte & 15)
  }
  return text
}

/** @returns null unless the text is an even number of lower-case hex digits. */
export const fromHex = (text: string): Uint8Array | null => {
  if (text.length % 2 !== 0) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = digits.indexOf(text.charAt(2 * i))
    const low = digits.indexOf(text.charAt(2 * i + 1))
    if (high < 0 || low < 0) return null
    bytes[i] = high * 16 + low
  }
  return bytes
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export const concatBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
