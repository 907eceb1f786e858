import type { ByteString } from '../../protocol/index.ts'
import type { Loop, WifiState } from '../loop/loop.ts'
import { fail } from './fail.ts'

/** Writes to the socket, which throws where it was closed. */
export const write = (loop: Loop, packet: ByteString): void => {
  const socket = (loop.wifi as WifiState).socket
  try {
    if (socket !== null) socket.write(packet)
  } catch (_closed) {
    fail(loop, 'wifi/closed', '')
  }
}
