import type { UpdateNews } from '../../device-sdk/protocol/index.ts'
import { updateStatuses } from '../../device-sdk/protocol/index.ts'
import type { Release, UpdateRow, UpdateStage } from '../store/index.ts'

/** Sent again over a connection that stays, or where the device has it and says no more: after this time. */
const resendMs = 3_600_000

const open: readonly UpdateStage[] = ['waiting', 'offered', 'fetched']
export const isOpen = ({ stage }: UpdateRow): boolean => open.includes(stage)

/** @param before - the update that was asked for before: its numbers stay used. */
export const askedFor = (
  kid: string,
  { board, firmware }: Release,
  before: UpdateRow | undefined,
  nowMs: number,
  expiresMs: number,
): UpdateRow => ({
  ...{ kid, board, firmware, stage: 'waiting', code: null, firstN: -1, n: before?.n ?? -1 },
  ...{ askedMs: nowMs, expiresMs, sentMs: null, fetchedMs: null, endedMs: null },
})

/** A new connection is a reason to offer, but not to a device that has fetched it and may be starting it. */
export const isDue = ({ stage, sentMs }: UpdateRow, isNewConnection: boolean, nowMs: number): boolean => {
  const isLong = sentMs === null || nowMs - sentMs >= resendMs
  return stage === 'waiting' || isLong || (stage === 'offered' && isNewConnection)
}

export const sentAs = (row: UpdateRow, n: number, nowMs: number): UpdateRow => ({
  ...row,
  stage: row.stage === 'fetched' ? 'fetched' : 'offered',
  firstN: row.firstN < 0 ? n : row.firstN,
  n,
  sentMs: nowMs,
})

export const ended = (row: UpdateRow, stage: UpdateStage, code: string | null, endedMs: number): UpdateRow => ({
  ...row,
  stage,
  code,
  endedMs,
})

/** Whether a device's news are about this update. */
export const isAbout = ({ firmware, firstN, n }: UpdateRow, news: UpdateNews): boolean =>
  news.firmware === firmware && firstN >= 0 && news.n >= firstN && news.n <= n

/** The update as it is after the device's word about it; null where that changes nothing. */
export const afterNews = (row: UpdateRow, { status, code }: UpdateNews, nowMs: number): UpdateRow | null => {
  const why = code === '' ? null : code
  if (status === updateStatuses.rolledBack) return ended(row, 'rolled-back', why, nowMs)
  if (status === updateStatuses.running) return row.stage === 'running' ? null : ended(row, 'running', null, nowMs)
  if (!isOpen(row)) return null
  if (status === updateStatuses.fetched) return { ...row, stage: 'fetched', code: null, fetchedMs: nowMs }
  if (status === updateStatuses.failed) return { ...row, stage: 'offered', code: why }
  return ended(row, 'refused', why, nowMs)
}
