/**
 * The packets of Espruino 2v25 and newer, as the board sees them. Source: README_Protocol.md of Espruino 2v29:
 * 0x10 0x01, then 16 bits, the highest byte first: three of type and thirteen of length; then the data.
 */
export const packetTypes = {
  response: 0x0000,
  eval: 0x2000,
  event: 0x4000,
  fileSend: 0x6000,
  data: 0x8000,
  fileReceive: 0xa000,
} as const
const packetBytesMax = 8191
export const ack = 0x06
export const nak = 0x15
export const dle = 0x10
const soh = 0x01
export const ctrlC = 0x03

export type Packet = { readonly type: number; readonly data: Uint8Array }

export const encodePacket = ({ type, data }: Packet): Uint8Array => {
  if (data.length > packetBytesMax) throw new RangeError(`a packet has at most ${packetBytesMax} bytes`)
  const head = type | data.length
  return Uint8Array.from([dle, soh, head >> 8, head & 255, ...data])
}

/** Takes bytes as they come. `packet` gets whole packets; `key` gets every byte that belongs to none. */
export const packetReader = (packet: (value: Packet) => void, key: (byte: number) => void) => {
  let state: 'keys' | 'dle' | 'head' | 'data' = 'keys'
  let head: number[] = []
  let data: number[] = []
  const finish = (): void => {
    const word = ((head[0] ?? 0) << 8) | (head[1] ?? 0)
    if (data.length < (word & packetBytesMax)) return
    state = 'keys'
    packet({ type: word & 0xe000, data: Uint8Array.from(data) })
  }
  return {
    /** True in the middle of a packet. */
    isInside: (): boolean => state === 'head' || state === 'data',
    /** What was begun is dropped. */
    abandon: (): void => {
      state = 'keys'
    },
    write: (bytes: Uint8Array): void => {
      for (const byte of bytes) {
        if (state === 'keys') {
          if (byte === dle) state = 'dle'
          else key(byte)
        } else if (state === 'dle') {
          if (byte === soh) {
            state = 'head'
            head = []
            data = []
          } else {
            key(dle)
            if (byte === dle) continue
            state = 'keys'
            key(byte)
          }
        } else if (state === 'head') {
          head.push(byte)
          if (head.length === 2) {
            state = 'data'
            finish()
          }
        } else {
          data.push(byte)
          finish()
        }
      }
    },
  }
}
