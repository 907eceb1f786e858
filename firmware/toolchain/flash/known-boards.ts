import { readCatalog } from '../../../hardware/index.ts'
import type { FlashBoard } from './board.ts'

/** The boards that `--board` names: every manifest of hardware/. Throws where the package itself is damaged. */
export const knownBoards = (): readonly FlashBoard[] => {
  const catalog = readCatalog()
  if (!catalog.ok) throw new Error(catalog.error.detail)
  return [...catalog.value.boards.values()]
}
