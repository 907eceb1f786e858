const scratch = new DataView(new ArrayBuffer(8))

/** The half-precision bits that mean exactly `value`, or -1 (IEEE 754 binary16). `value` is finite and not -0. */
const halfBits = (value: number): number => {
  const sign = value < 0 ? 0x8000 : 0
  const size = value < 0 ? -value : value
  // Below 2^-14 a half counts in steps of 2^-24.
  const steps = size * 16_777_216
  if (steps < 1024) return Math.floor(steps) === steps ? sign | steps : -1
  scratch.setFloat32(0, size)
  const bits = scratch.getUint32(0)
  const exponent = (bits >>> 23) - 112
  if (scratch.getFloat32(0) !== size || exponent > 30 || (bits & 0x1fff) !== 0) return -1
  return sign | (exponent << 10) | ((bits >>> 13) & 0x3ff)
}

/** How many bytes the shortest float has that means exactly `value` (RFC 8949 section 4.2.1): 2, 4 or 8. */
const floatBytes = (value: number): number => {
  if (halfBits(value) >= 0) return 2
  scratch.setFloat32(0, value)
  return scratch.getFloat32(0) === value ? 4 : 8
}

/** Writes the shortest float, head included, and returns the end. */
export const writeFloat = (out: Uint8Array, at: number, value: number): number => {
  const half = halfBits(value)
  const length = half >= 0 ? 2 : floatBytes(value)
  if (length === 2) scratch.setUint16(0, half)
  else if (length === 4) scratch.setFloat32(0, value)
  else scratch.setFloat64(0, value)
  out[at++] = length === 2 ? 0xf9 : length === 4 ? 0xfa : 0xfb
  for (let i = 0; i < length; i++) out[at++] = scratch.getUint8(i)
  return at
}

/** Reads a float of 2, 4 or 8 bytes. @returns null for NaN, infinity, -0, and for what a shorter float could say. */
export const readFloat = (bytes: Uint8Array, at: number, length: number): number | null => {
  for (let i = 0; i < length; i++) scratch.setUint8(i, bytes[at + i] as number)
  let value: number
  if (length === 2) {
    const bits = scratch.getUint16(0)
    const exponent = (bits >> 10) & 31
    if (exponent === 31) return null
    const fraction = bits & 0x3ff
    const size = exponent === 0 ? fraction / 16_777_216 : ((1024 + fraction) * (1 << exponent)) / 33_554_432
    value = bits & 0x8000 ? -size : size
  } else value = length === 4 ? scratch.getFloat32(0) : scratch.getFloat64(0)
  if (value - value !== 0) return null
  if (value === 0 && 1 / value < 0) return null
  return floatBytes(value) === length ? value : null
}
