import type { ByteString } from '../../protocol/index.ts'
import type { NetworkState } from './state.ts'

/** Of a packet that is kept: as of a frame on a line. A longer one is left out, byte for byte, and the next one read. */
const packetBytesMax = 2_048
/** OASIS MQTT 3.1.1, section 2.2.3. */
const lengthBytesMax = 4

export type Packet = { readonly first: number; readonly body: ByteString }

/**
 * The next packet of what a socket brought, in pieces of any size; null where more has to come. Nothing is kept of a packet that says that
 * it is over the maximum. False where a length is none: then nobody knows where the next packet begins.
 */
export const nextPacket = (state: Pick<NetworkState, 'held' | 'skipped'>): Packet | null | false => {
  for (;;) {
    const left = Math.min(state.skipped, state.held.length)
    state.skipped -= left
    const held = state.held.slice(left)
    state.held = held
    let length = 0
    let at = 1
    let more = 128
    while (more > 127) {
      if (at > lengthBytesMax) return false
      if (at >= held.length) return null
      more = held.charCodeAt(at)
      length += (more & 127) << (7 * (at - 1))
      at++
    }
    const end = at + length
    if (length > packetBytesMax) state.skipped = end
    else if (held.length < end) return null
    else {
      state.held = held.slice(end)
      return { first: held.charCodeAt(0), body: held.slice(at, end) }
    }
  }
}
