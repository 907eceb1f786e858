import type { PartPin } from '../part.ts'
import type { WiringFault } from './faults.ts'
import { wiringFault } from './faults.ts'
import type { Circuit, Used } from './nets.ts'
import { boardPins } from './nets.ts'

type Role = PartPin['role']

const pinFor = ({ nets }: Circuit, { ref, part }: Used, role: Role): string | undefined => {
  const id = part.pins.find((pin) => pin.role === role)?.id
  const net = nets.find((one) => one.some(({ name }) => name === `${ref}.${id}`))
  return net && boardPins(net)[0]?.id
}

/** The lines of each bus of the board, by the roles of the parts that they serve. */
const busLines = ({ board: { buses } }: Circuit): readonly { id: string; lines: readonly [Role, string][] }[] => [
  ...buses.i2c.map(({ id, sda, scl }) => ({
    id,
    lines: [
      ['i2c-sda', sda],
      ['i2c-scl', scl],
    ] as [Role, string][],
  })),
  ...buses.uart.map(({ id, tx, rx }) => ({
    id,
    lines: [
      ['uart-rx', tx],
      ['uart-tx', rx],
    ] as [Role, string][],
  })),
  ...buses.spi.map(({ id, sck, miso, mosi }) => ({
    id,
    lines: [
      ['spi-sck', sck],
      ['spi-miso', miso],
      ['spi-mosi', mosi],
    ] as [Role, string][],
  })),
]

const families: readonly (readonly Role[])[] = [
  ['i2c-sda', 'i2c-scl'],
  ['uart-tx', 'uart-rx'],
  ['spi-sck', 'spi-miso', 'spi-mosi'],
]

/** The lines of a part belong to one bus of the board. */
export const busMembership = (circuit: Circuit): WiringFault[] =>
  circuit.used.flatMap((used) =>
    families.flatMap((roles) => {
      const taken = roles.flatMap((role) => {
        const pin = pinFor(circuit, used, role)
        return pin === undefined ? [] : [[role, pin] as const]
      })
      const fits = ({ lines }: { lines: readonly [Role, string][] }): boolean =>
        taken.every(([role, pin]) => lines.some(([lineRole, linePin]) => lineRole === role && linePin === pin))
      if (taken.length === 0 || busLines(circuit).some(fits)) return []
      const shown = taken.map(([role, pin]) => `${role} on ${pin}`).join(', ')
      return [wiringFault('wiring/bus', `${used.ref}: ${shown} are not of one bus of ${circuit.board.id}`)]
    }),
  )

/** Every I2C part has an address that it can have and that no other on its bus has. */
export const addresses = (circuit: Circuit): WiringFault[] => {
  const seen = new Map<string, string>()
  return circuit.used.flatMap((used) => {
    const { part, ref } = used
    if (part.i2c === undefined) return []
    const address = used.address ?? part.i2c.addresses[0]
    if (address === undefined || !part.i2c.addresses.includes(address)) {
      return [wiringFault('wiring/address', `${ref} at ${address}; ${part.name} has ${part.i2c.addresses.join(', ')}`)]
    }
    const place = `${busOf(circuit, used)} ${address}`
    const other = seen.get(place)
    seen.set(place, ref)
    return other === undefined
      ? []
      : [wiringFault('wiring/address-clash', `${other} and ${ref} are both at ${address}`)]
  })
}

/** Boards lead one bus out more than once: what counts is the net of its data line. */
const busOf = ({ nets }: Circuit, { ref, part }: Used): number => {
  const id = part.pins.find(({ role }) => role === 'i2c-sda')?.id
  return nets.findIndex((net) => net.some(({ name }) => name === `${ref}.${id}`))
}
