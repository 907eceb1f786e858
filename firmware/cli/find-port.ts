import type { Result } from '../../device-sdk/protocol/index.ts'
import { chooseEspruino } from '../toolchain/flash/choose-port.ts'
import { knownBoards } from '../toolchain/flash/known-boards.ts'
import { listPorts } from '../toolchain/flash/ports.ts'

export const findPort = async (): Promise<Result<string>> => chooseEspruino(await listPorts(), knownBoards())
