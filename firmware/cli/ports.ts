import type { Console } from '../../bin/console/index.ts'
import { ok } from '../../device-sdk/protocol/index.ts'
import { boardsFor, portText } from '../toolchain/flash/choose-port.ts'
import { knownBoards } from '../toolchain/flash/known-boards.ts'
import { listPorts } from '../toolchain/flash/ports.ts'

export const portsCommand = async (console: Console): Promise<void> => {
  const ports = (await listPorts()).map((port) => ({ ...port, boards: boardsFor(port, knownBoards()) }))
  console.finish(ok({ ports }), () =>
    ports.length === 0
      ? ['no serial port of a USB device is there']
      : ports.map((port) => `${portText(port)}  ${port.boards.join(' or ') || 'no board that is known'}`),
  )
}
