/** Resolves with the signal at the first Ctrl-C or termination, or after `forS` seconds. A second signal ends the process at once. */
export const interrupted = (forS?: number): Promise<string> =>
  new Promise((resolve) => {
    const end = (signal: string): void => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) {
        process.removeListener(name, end)
        process.once(name, () => process.exit(130))
      }
      resolve(signal)
    }
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
    if (forS !== undefined) setTimeout(end, forS * 1000, 'time')
  })
