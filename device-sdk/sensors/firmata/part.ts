import type { Result } from '../../protocol/index.ts'
import type { FirmataBoard } from './board.ts'

/** One fresh measurement, in the units and the order of the schema's fields. */
export type PartReader = () => Promise<Result<readonly (number | null)[]>>
export type ConnectPart = (board: FirmataBoard) => Promise<Result<PartReader>>

/** Within this a board answers for what is on its bus. */
export const answerMs = 2_000
