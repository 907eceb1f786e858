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
export const resultOfNews = (news: UpdateNews): CommandResult => ({
  n: news.n,
  status: news.status,
  detail: [news.firmware, news.code],
})
