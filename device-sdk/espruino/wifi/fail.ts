import { frameTypes } from '../../protocol/board-link/frame-types.ts'
import type { Code } from '../../protocol/index.ts'
import type { Key } from '../loop/key.ts'
import type { Loop, WifiState } from '../loop/loop.ts'
import { alarm } from './alarm.ts'

const waitMsMin = 1_000
const waitMsMax = 300_000
const doublingsMax = 10
/** After so many failures on the way to a gateway the network is joined anew: not every radio tells that it was lost. */
const failuresOfNetwork = 3
/** A refusal counts as so many more, since it seldom passes soon: the device is revoked, or runs twice. */
const failuresOfRefusal = 4

/** Ends what an attempt began, and says when the next one is. */
export const fail = (loop: Loop, code: Code, detail: string): void => {
  const wifi = loop.wifi as WifiState
  const socket = wifi.socket
  const why = `${code}: ${detail}`
  if (why !== wifi.told) {
    for (const one of loop.uplinks) if (one.frame !== undefined) one.frame(frameTypes.note, why)
  }
  wifi.told = why
  wifi.run++
  wifi.isUp = false
  wifi.socket = null
  if (code === 'wifi/refused') wifi.failures = Math.max(wifi.failures, failuresOfRefusal)
  wifi.failures++
  if (code === 'wifi/lost' || wifi.failures % failuresOfNetwork === 0) wifi.isJoined = false
  const most = Math.min(waitMsMax, waitMsMin << Math.min(wifi.failures, doublingsMax))
  // Half to all of it, by the kid, which is another on each board: the random numbers of an ESP32 are the same on all.
  const kid = (loop.board.key as Key).kid
  alarm(loop, (most * (256 + (kid[wifi.failures & 7] as number))) / 512, wifi.attempt)
  try {
    if (socket !== null) socket.end()
  } catch (_closed) {}
}
