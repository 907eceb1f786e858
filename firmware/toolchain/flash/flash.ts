import type { Result } from '../../../device-sdk/protocol/index.ts'
import { ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashBoard } from './board.ts'
import { choosePort } from './choose-port.ts'
import type { ReadImage } from './image.ts'
import { readImage } from './image.ts'
import { knownBoards } from './known-boards.ts'
import { listPorts } from './ports.ts'
import type { Flashed, FlashProtocol, OnProgress } from './protocol.ts'
import { openTransport } from './transport.ts'

export type FlashOptions = {
  readonly board: FlashBoard
  /** The path of the image: Intel HEX for a boot loader of Arduino, the folder of a build for Espruino or of a firmware in parts, else the bytes themselves. */
  readonly image: string
  readonly port?: string
  /** False for an image that says nothing when it starts. */
  readonly hello: boolean
  readonly onProgress: OnProgress
  readonly signal: AbortSignal
}
export type FlashOutcome = Flashed & { readonly board: string; readonly port: string; readonly hello: string | null }

const protocolOf = async (name: ReadImage['protocol']): Promise<FlashProtocol> => {
  if (name === 'espruino') return (await import('./espruino.ts')).espruino
  if (name === 'esp-rom') return (await import('./esp-rom.ts')).espRom
  return (await import('./stk500v1.ts')).stk500v1
}

/** Flashes a board that is on a serial port: image, port, chip, write, read-back, hello; in this order, nothing erased before the chip is known. */
export const flashSerial = async (options: FlashOptions): Promise<Result<FlashOutcome>> => {
  const { board, onProgress, signal } = options
  const image = await readImage(options.image, board)
  if (!image.ok) return image
  const port = choosePort(await listPorts(), board, knownBoards(), options.port)
  if (!port.ok) return port
  const protocol = await protocolOf(image.value.protocol)
  const transport = await openTransport(port.value, board.flash.baud ?? board.console?.baud ?? 115_200, signal)
  if (!transport.ok) return transport
  const job = { board, image: image.value.files, transport: transport.value, onProgress }
  try {
    const flashed = await protocol.write(job)
    if (!flashed.ok) return flashed
    const hello = options.hello ? await protocol.hello(job) : ok(null)
    return hello.ok ? ok({ board: board.id, port: port.value, ...flashed.value, hello: hello.value }) : hello
  } finally {
    await transport.value.close()
  }
}
