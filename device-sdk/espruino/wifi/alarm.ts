import type { Loop, WifiState } from '../loop/loop.ts'

/** The one timer of the network: what is set takes the place of what was set before. */
export const alarm = (loop: Loop, ms: number, ring: (loop: Loop) => void): void => {
  const wifi = loop.wifi as WifiState
  if (wifi.timer !== null) clearTimeout(wifi.timer)
  wifi.timer = setTimeout(ring, ms, loop)
}
