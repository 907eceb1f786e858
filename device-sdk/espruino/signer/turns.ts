import type { Slice } from './inverse.ts'

// Why a queue: the point under way lives in arrays that all jobs share.
const waiting: Slice[] = []
const turn = (): void => {
  const next = (waiting[0] as Slice)()
  if (next) waiting[0] = next
  else waiting.shift()
  if (waiting.length) setTimeout(turn, 1)
}

/** Does a job between two turns of the board's own loop, one job after the other. */
export const run = (job: Slice): void => {
  waiting.push(job)
  if (waiting.length === 1) setTimeout(turn, 1)
}
