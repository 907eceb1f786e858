import type { Board } from './board.ts'
import { partsOf } from './check/check.ts'
import type { Circuit, Used } from './check/nets.ts'
import { boardPins, circuitOf, partEnds } from './check/nets.ts'
import type { Part, PartPin } from './part.ts'
import type { Wiring } from './wiring.ts'

type Role = PartPin['role']

/** How a program reaches a part of a wiring. */
export type Connection = {
  readonly ref: string
  readonly part: Part
  /** Of an I2C part. */
  readonly address: string | null
  /** The bus of the board that the part is on: its name, and under Linux its file. */
  readonly bus: { readonly id: string; readonly device: string | null } | null
  /** The board's pin for each role of the part. */
  readonly pins: { readonly [role in Role]?: string }
  /** Of a part that has no wire to the board: the part in between, such as the transceiver of a meter. */
  readonly via: string | null
}

const pinsOf = ({ nets }: Circuit, { ref, part }: Used): Connection['pins'] =>
  Object.fromEntries(
    part.pins.flatMap(({ id, role }) => {
      const net = nets.find((one) => one.some(({ name }) => name === `${ref}.${id}`))
      const pin = net === undefined ? undefined : boardPins(net)[0]
      return pin === undefined ? [] : [[role, pin.id]]
    }),
  )

const busOf = ({ buses }: Board, pins: Connection['pins']): Connection['bus'] => {
  const found =
    buses.i2c.find(({ sda, scl }) => sda === pins['i2c-sda'] && scl === pins['i2c-scl']) ??
    buses.uart.find(({ tx, rx }) => rx === pins['uart-tx'] && tx === (pins['uart-rx'] ?? tx))
  return found === undefined ? null : { id: found.id, device: found.device ?? null }
}

const viaOf = ({ nets }: Circuit, { ref, part }: Used): string | null => {
  const own = part.pins.map(({ id }) => `${ref}.${id}`)
  const net = nets.find((one) => boardPins(one).length === 0 && one.some(({ name }) => own.includes(name)))
  return (net && partEnds(net).find(({ used }) => used.ref !== ref)?.used.ref) ?? null
}

/** How a program reaches each part of a wiring that has passed its check. */
export const connectionsOf = (wiring: Wiring, board: Board, parts: ReadonlyMap<string, Part>): Connection[] => {
  const used = partsOf(wiring, parts)
  const circuit = circuitOf(wiring, board, used)
  return used.map((one) => {
    const pins = pinsOf(circuit, one)
    const address = one.part.i2c === undefined ? null : (one.address ?? one.part.i2c.addresses[0] ?? null)
    const via = Object.keys(pins).length > 0 ? null : viaOf(circuit, one)
    return { ref: one.ref, part: one.part, address, bus: busOf(board, pins), pins, via }
  })
}
