import type { Live } from './api/index.ts'
import type { EpochDesk } from './epoch/index.ts'
import type { Log } from './telemetry/index.ts'

type Closing = { readonly epochs: EpochDesk; readonly log: Log; readonly live: Live }

/** Closes the epoch whose time has come, and tells of its verdicts and shares. */
export const epochCloser =
  ({ epochs, log, live }: Closing) =>
  (): void => {
    const closed = epochs.closeDue()
    if (closed === null) return
    const { verdicts, shares, ...epoch } = closed
    log.info({ event: 'epoch/closed', ...epoch, verdicts: verdicts.length, shares: shares.length })
    for (const verdict of verdicts) live.publish('verdict', verdict)
    live.publish('epoch', { ...epoch, shares })
  }
