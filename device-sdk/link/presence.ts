import { stat } from 'node:fs/promises'

const everyMs = 500

const deviceAt = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ rdev }) => rdev,
    () => null,
  )

/**
 * Calls `onGone` once when `path` is there no more, or names another device.
 * Why: where a port vanishes between two readings of it, the kernel gives nothing and no error. `serialport` 13 then reads
 * again and again with the whole of a processor and tells nobody; only writing would fail, and a receiver is never written to.
 * @returns what ends the watch.
 */
export const watchPresence = async (path: string, onGone: () => void): Promise<() => void> => {
  const device = await deviceAt(path)
  const timer = setInterval(async () => {
    if ((await deviceAt(path)) === device && device !== null) return
    clearInterval(timer)
    onGone()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
