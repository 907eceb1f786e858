import { refusals } from '../../protocol/board-link/frame-types.ts'
import { readWifi } from '../../protocol/board-link/wifi.ts'
import type { ByteString } from '../../protocol/index.ts'
import { toBytes } from '../loop/firmware.ts'
import type { Loop, WifiState } from '../loop/loop.ts'
import { slot } from '../loop/slot.ts'
import { alarm } from './alarm.ts'
import { networkRecord } from './state.ts'

/** Keeps what a network is joined with, and joins it. @returns the number of a refusal, or 0. */
export const configure = (loop: Loop, body: ByteString): number => {
  const wifi = loop.wifi as WifiState
  const socket = wifi.socket
  if (!readWifi(toBytes(body)).ok) return refusals.badRequest
  if (!slot(networkRecord).write(body)) return refusals.failed
  wifi.run++
  wifi.hasNetwork = true
  wifi.isJoined = false
  wifi.isUp = false
  wifi.socket = null
  wifi.failures = 0
  wifi.told = ''
  alarm(loop, 1, wifi.attempt)
  try {
    if (socket !== null) socket.end()
  } catch (_closed) {}
  return 0
}
