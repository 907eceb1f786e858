import type { Code } from '../codes.ts'

const byNumber: Readonly<Record<number, Code>> = {
  1: 'board/key-exists',
  2: 'board/no-key',
  3: 'board/trust-pinned',
  4: 'board/console-locked',
  5: 'board/bad-request',
  6: 'board/no-random',
  7: 'board/failed',
}

/** The code of a refusal's number; a number that this version does not know is `board/failed`. */
export const refusalCode = (refusal: number): Code => byNumber[refusal] ?? 'board/failed'
