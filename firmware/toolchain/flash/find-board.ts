import { readFile } from 'node:fs/promises'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashBoard } from './board.ts'
import { boardSchema } from './board.ts'
import { knownBoards } from './known-boards.ts'

/** @param name - the id of a known board, or the path of a manifest that ends in `.json`. Errors: flash/unknown-board. */
export const findBoard = async (name: string): Promise<Result<FlashBoard>> => {
  if (!name.endsWith('.json')) {
    const boards = knownBoards()
    const board = boards.find(({ id }) => id === name)
    const ids = boards.map(({ id }) => id).join(', ')
    return board === undefined ? fail('flash/unknown-board', `${name}; known are ${ids}`) : ok(board)
  }
  try {
    const read = boardSchema.safeParse(JSON.parse(await readFile(name, 'utf8')))
    if (read.success) return ok(read.data)
    const [issue] = read.error.issues
    return fail('flash/unknown-board', `${name}: ${issue?.path.join('.')} ${issue?.message}`)
  } catch (error) {
    return fail('flash/unknown-board', `${name}: ${error instanceof Error ? error.message : error}`)
  }
}
