import { execFile } from 'node:child_process'

/**
 * Tells systemd how the service is (sd_notify(3)). Through `systemd-notify`, since Node has no datagrams of Unix sockets; the
 * unit has NotifyAccess=all for it. Does nothing where nobody asked.
 */
export const notify = (...states: readonly string[]): void => {
  if (process.env.NOTIFY_SOCKET === undefined) return
  execFile('systemd-notify', [...states], () => {})
}

/** Shows systemd that the program still turns, at half of the time that it is given (sd_watchdog_enabled(3)). */
export const startWatchdog = (): void => {
  const usec = Number(process.env.WATCHDOG_USEC)
  if (usec > 0) setInterval(() => notify('WATCHDOG=1'), usec / 2_000).unref()
}
