import { readFileSync } from 'node:fs'
import { writeDurably } from '../link/index.ts'
import type { Code, Result } from '../protocol/index.ts'
import { fail, ok } from '../protocol/index.ts'

/** The number of the last message that was obeyed: it only rises, so that none is obeyed twice. */
export type LastNumber = {
  last(): number
  /** Durable before it counts. Throws where the disk does; then the old one stands. */
  take(n: number): void
}

/** @param unreadable - the code of a file that is there and holds no number. */
export const openLastNumber = (path: string, unreadable: Code): Result<LastNumber> => {
  let last = -1
  try {
    const text = readFileSync(path, 'utf8')
    if (!/^[0-9]{1,10}\n$/.test(text)) return fail(unreadable, path)
    last = Number(text)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return fail(unreadable, path)
  }
  return ok({
    last: () => last,
    take: (n) => {
      writeDurably(path, `${n}\n`)
      last = n
    },
  })
}
