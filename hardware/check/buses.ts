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

type Line = { readonly bus: string; readonly role: Role; readonly pin: string }

/** The lines of the buses, in the roles of the parts that they serve. A bus that is led out twice has two entries. */
const busLines = ({ board: { buses } }: Circuit): readonly Line[] => [
  ...buses.i2c.flatMap(({ id: bus, sda, scl }): Line[] => [
    { bus, role: 'i2c-sda', pin: sda },
    { bus, role: 'i2c-scl', pin: scl },
  ]),
  ...buses.uart.flatMap(({ id: bus, tx, rx }): Line[] => [
    { bus, role: 'uart-rx', pin: tx },
    { bus, role: 'uart-tx', pin: rx },
  ]),
  ...buses.spi.flatMap(({ id: bus, sck, miso, mosi }): Line[] => [
    { bus, role: 'spi-sck', pin: sck },
    { bus, role: 'spi-miso', pin: miso },
    { bus, role: 'spi-mosi', pin: mosi },
  ]),
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
      const lines = busLines(circuit)
      const on = (bus: string): boolean =>
        taken.every(([role, pin]) => lines.some((line) => line.bus === bus && line.role === role && line.pin === pin))
      if (taken.length === 0 || lines.some(({ bus }) => on(bus))) return []
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
    const sda = pinFor(circuit, used, 'i2c-sda')
    const bus = busLines(circuit).find(({ role, pin }) => role === 'i2c-sda' && pin === sda)?.bus
    const place = `${bus} ${address}`
    const other = seen.get(place)
    seen.set(place, ref)
    return other === undefined
      ? []
      : [wiringFault('wiring/address-clash', `${other} and ${ref} are both at ${address}`)]
  })
}
