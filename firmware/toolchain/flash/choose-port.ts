import { realpathSync } from 'node:fs'
import type { Result } from '../../../device-sdk/protocol/index.ts'
import { fail, ok } from '../../../device-sdk/protocol/index.ts'
import type { FlashBoard } from './board.ts'
import type { Port } from './ports.ts'

type Identified = Pick<FlashBoard, 'id' | 'name' | 'usb'>

/** A port in the words of a list: path, VID:PID and serial number. */
export const portText = ({ path, vid, pid, serial, stable }: Port): string =>
  [stable ?? path, vid === null ? null : `${vid}:${pid}`, serial === null ? null : `serial ${serial}`]
    .filter((part) => part !== null)
    .join(' ')

const listText = (ports: readonly Port[]): string => ports.map(portText).join('; ')

const seen = (ports: readonly Port[]): string =>
  ports.length === 0 ? 'no USB serial port is there' : `seen: ${listText(ports)}`

const entryFor = (port: Port, { usb }: Identified) =>
  usb.find(({ vid, pid }) => vid.toLowerCase() === port.vid && pid.toLowerCase() === port.pid)

/** True where the USB device can be this board and no other that is known. */
const identifies = (port: Port, board: Identified, boards: readonly Identified[]): boolean => {
  const entry = entryFor(port, board)
  if (entry === undefined || entry.generic === true) return false
  return boards.every((other) => other.id === board.id || entryFor(port, other) === undefined)
}

const resolved = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/**
 * The port that a board is behind, never a guess: people have flashed their modems.
 * @param wanted - a path that the person names; then only a port that is known to be another board's is refused.
 * Errors: flash/wrong-board, flash/no-board, flash/ambiguous, flash/unidentified; each lists the candidates.
 */
export const choosePort = (
  ports: readonly Port[],
  board: Identified,
  boards: readonly Identified[],
  wanted?: string,
): Result<string> => {
  if (wanted !== undefined) {
    const port = ports.find(({ path }) => path === resolved(wanted))
    if (port === undefined || entryFor(port, board) !== undefined) return ok(wanted)
    const other = boards.find((one) => identifies(port, one, boards))
    return other === undefined
      ? ok(wanted)
      : fail('flash/wrong-board', `${portText(port)} is ${other.name}, not ${board.name}`)
  }
  if (board.usb.length === 0) return fail('flash/no-board', `${board.name} has no USB: --port ble:NAME`)
  const possible = ports.filter((port) => entryFor(port, board) !== undefined)
  const certain = possible.filter((port) => identifies(port, board, boards))
  const [port] = possible
  if (port === undefined) return fail('flash/no-board', seen(ports))
  if (possible.length > 1) return fail('flash/ambiguous', listText(possible))
  return certain.length === 1 ? ok(port.path) : fail('flash/unidentified', portText(port))
}

/**
 * The port of the one board with Espruino that is plugged in, whichever that is: it says so itself, and only that makes it sure.
 * Errors: board/none-found, flash/ambiguous.
 */
export const chooseEspruino = (
  ports: readonly Port[],
  boards: readonly (Identified & Pick<FlashBoard, 'runtime'>)[],
): Result<string> => {
  const small = boards.filter(({ runtime }) => runtime === 'espruino')
  const possible = ports.filter((port) => small.some((board) => entryFor(port, board) !== undefined))
  const [port] = possible
  if (port === undefined) return fail('board/none-found', seen(ports))
  return possible.length > 1 ? fail('flash/ambiguous', listText(possible)) : ok(port.path)
}

/** The ids of the boards that a port can be. */
export const boardsFor = (port: Port, boards: readonly Identified[]): string[] =>
  boards.filter((board) => entryFor(port, board) !== undefined).map(({ id }) => id)
