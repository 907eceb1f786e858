import { Bytes, Words } from './arrays.ts'
import { floor } from './field.ts'

/**
 * Keccak-256 as Ethereum uses it (the padding before FIPS 202). A lane is two words of 32 bits, the low one first.
 * Source: keccak.team, "Keccak specifications summary"; the constants come from its shift register.
 */
export const keccak256 = (message: Uint8Array): Uint8Array => {
  const s = new Words(50)
  const b = new Words(50)
  const c = new Words(10)
  const rate = 136
  const blocks = floor(message.length / rate) + 1
  const padded = new Bytes(blocks * rate)
  padded.set(message)
  padded[message.length] = 1
  padded[padded.length - 1] = (padded[padded.length - 1] as number) | 128
  for (let at = 0; at < padded.length; at += rate) {
    for (let i = 0; i < rate; i++) {
      ;(s[i >> 2] as number) ^= (padded[at + i] as number) << (8 * (i & 3))
    }
    let register = 1
    for (let round = 0; round < 24; round++) {
      c.fill(0)
      for (let i = 0; i < 50; i++) {
        ;(c[i % 10] as number) ^= s[i] as number
      }
      for (let i = 0; i < 50; i++) {
        // The column before, and the one after turned by one bit.
        const x = i % 10
        const next = (x + 2) % 10
        ;(s[i] as number) ^= (c[(x + 8) % 10] as number) ^ ((c[next] as number) << 1) ^ ((c[next ^ 1] as number) >>> 31)
      }
      b.set(s)
      let x = 1
      let y = 0
      // Lane 0 stays where it is.
      for (let t = 1; t < 25; t++) {
        const n = ((t * (t + 1)) / 2) & 63
        const from = 2 * (x + 5 * y) + (n >> 5)
        const z = (2 * x + 3 * y) % 5
        x = y
        y = z
        const to = 2 * (x + 5 * y)
        const low = s[from] as number
        const high = s[from ^ 1] as number
        // Never 0: no lane but the first is turned by 0 or 32.
        const m = n & 31
        b[to] = (low << m) | (high >>> (32 - m))
        b[to + 1] = (high << m) | (low >>> (32 - m))
      }
      for (let i = 0; i < 50; i++) {
        const row = i - (i % 10)
        s[i] = (b[i] as number) ^ (~(b[row + ((i + 2) % 10)] as number) & (b[row + ((i + 4) % 10)] as number))
      }
      for (let j = 0; j < 7; j++) {
        const place = (1 << j) - 1
        if (register & 1) {
          ;(s[place >> 5] as number) ^= 1 << (place & 31)
        }
        register = register & 128 ? (register << 1) ^ 0x171 : register << 1
      }
    }
  }
  return new Bytes(s.buffer, 0, 32)
}
