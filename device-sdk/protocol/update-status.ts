import { isList, isUint32 } from './cbor/value.ts'
import type { CommandResult } from './command.ts'

/**
 * What a device answers to an update, more than once: it fetched it, then it runs, or the version before came back.
 * 0 is done, as for a command; `refused` is for good, `failed` may go better another time.
 */
export const updateStatuses = { running: 0, refused: 2, failed: 3, fetched: 4, rolledBack: 5 } as const

/** What became of firmware `firmware`, which update `n` brought; `code` says why, and is empty where there is no why. */
export type UpdateNews = {
  readonly n: number
  readonly status: number
  readonly firmware: number
  readonly code: string
}

/** As it travels: a result whose detail is [firmware, code]. */
export const resultOfNews = ({ n, status, firmware, code }: UpdateNews): CommandResult => ({
  n,
  status,
  detail: [firmware, code],
})

/** Null where it is the result of something else. */
export const newsOfResult = ({ n, status, detail }: CommandResult): UpdateNews | null => {
  const [firmware, code, more] = isList(detail) ? detail : []
  if (!isUint32(firmware) || typeof code !== 'string' || more !== undefined) return null
  return { n, status, firmware, code }
}
