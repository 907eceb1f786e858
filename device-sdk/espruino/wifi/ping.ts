import type { Loop, WifiState } from '../loop/loop.ts'
import { alarm } from './alarm.ts'
import { fail } from './fail.ts'
import { packetOf } from './packet.ts'
import { packets } from './packet-types.ts'
import { pingMs } from './state.ts'
import { write } from './write.ts'

/** Shows each other that the connection is there. */
export const ping = (loop: Loop): void => {
  const wifi = loop.wifi as WifiState
  if (wifi.isAwaited) {
    fail(loop, 'wifi/silent', '')
    return
  }
  // It has held for a while.
  wifi.failures = 0
  wifi.isAwaited = true
  alarm(loop, pingMs, ping)
  write(loop, packetOf(packets.pingreq, []))
}
