/** The firmware that runs, as the device says it and as updates compare it. */
export type Firmware = {
  /** The id of the board that it was built for. */
  readonly board: string
  /** Its sequence: rises with every build that is released. */
  readonly sequence: number
  /** The folder of bundles that a launcher looks after; null where there is none, and so no way to be updated. */
  readonly bundles: string | null
  /** Ends the program: what is ready is started in its place. */
  restart(): void
}

/** Where the launcher says that the bundles are. */
export const bundlesVariable = 'HEXFIX_BUNDLES'

/**
 * The firmware of a bundle for Linux. Ends the program when its launcher has gone: the next one starts it again, and two would
 * sign under one key.
 */
export const bundleFirmware = ({ board, sequence }: Pick<Firmware, 'board' | 'sequence'>): Firmware => {
  process.once('disconnect', () => process.exit(1))
  process.channel?.unref()
  const bundles = process.env[bundlesVariable] ?? null
  return { board, sequence, bundles, restart: () => process.kill(process.pid, 'SIGTERM') }
}
