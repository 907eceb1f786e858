/** As much of DER (ITU-T X.690) as a certificate needs. Everything is made, nothing is read. */
const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const length: number[] = []
  for (let left = body.length; left > 0; left = Math.floor(left / 256)) length.unshift(left % 256)
  const head = body.length < 0x80 ? [body.length] : [0x80 | length.length, ...length]
  return Buffer.concat([Buffer.of(tag, ...head), body])
}

/** Base 128, the high bit on all bytes but the last (section 8.19). */
const base128 = (value: number): number[] => {
  const bytes = [value & 0x7f]
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift(0x80 | (left & 0x7f))
  return bytes
}

const digits = (value: number, count = 2): string => String(value).padStart(count, '0')

export const der = {
  sequence: (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]): Buffer => tagged(0x31, ...parts),
  /** A number that is not negative, big-endian. */
  integer: (bytes: Uint8Array): Buffer => {
    const first = bytes.findIndex((byte) => byte !== 0)
    const least = first < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(first))
    return tagged(0x02, (least[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), least]) : least)
  },
  true: (): Buffer => tagged(0x01, Buffer.of(0xff)),
  bits: (bytes: Uint8Array, unused = 0): Buffer => tagged(0x03, Buffer.of(unused), bytes),
  octets: (...parts: readonly Uint8Array[]): Buffer => tagged(0x04, ...parts),
  text: (text: string): Buffer => tagged(0x0c, Buffer.from(text)),
  oid: (dotted: string): Buffer => {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
    return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
  },
  /** RFC 5280 section 4.1.2.5: two digits of the year until 2049, four from then on. */
  time: (ms: number): Buffer => {
    const at = new Date(ms)
    const year = at.getUTCFullYear()
    const rest = [at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
    const text = `${rest.map((part) => digits(part)).join('')}Z`
    return year < 2050
      ? tagged(0x17, Buffer.from(digits(year % 100) + text))
      : tagged(0x18, Buffer.from(digits(year, 4) + text))
  },
  /** A context-specific tag around other elements. */
  explicit: (tag: number, ...parts: readonly Uint8Array[]): Buffer => tagged(0xa0 | tag, ...parts),
  /** A context-specific tag in place of a primitive's own. */
  implicit: (tag: number, bytes: Uint8Array): Buffer => tagged(0x80 | tag, bytes),
}
