import type { WiringFault } from './faults.ts'
import { wiringFault } from './faults.ts'
import type { Circuit, Net } from './nets.ts'
import { boardPins, partEnds } from './nets.ts'
import { capsFor, meet, shared } from './roles.ts'

const names = (net: Net): string => net.map(({ name }) => name).join(', ')

/** Pins that other parts cannot serve: their nets reach the board, or the outside. */
const needsBoard: ReadonlySet<string> = new Set([
  'supply',
  'ground',
  'i2c-sda',
  'i2c-scl',
  'spi-sck',
  'spi-miso',
  'spi-mosi',
  'spi-cs',
  'pulse',
  'usb',
])

/** Every pin that a part needs has a wire, and one that leads somewhere. */
export const unconnected = ({ used, nets }: Circuit): WiringFault[] =>
  used.flatMap(({ ref, part }) =>
    part.pins
      .filter(({ id, role, optional }) => {
        const net = nets.find((one) => one.some(({ name }) => name === `${ref}.${id}`))
        if (net === undefined) return optional !== true
        return needsBoard.has(role) && net.every(({ kind }) => kind === 'part')
      })
      .map(({ id }) => wiringFault('wiring/unconnected', `${ref}.${id} of ${part.name}`)),
  )

/** Each pin of the board can do what the pins of parts on its net need, and parts that meet without it agree. */
export const capability = ({ nets }: Circuit): WiringFault[] =>
  nets.flatMap((net) => {
    const [pins, ends] = [boardPins(net), partEnds(net)]
    const unable = ends.flatMap(({ name, pin: { role } }) =>
      pins
        .filter(({ caps }) => !caps.some((cap) => capsFor[role].includes(cap)))
        .map(({ id, caps }) =>
          wiringFault('wiring/capability', `board.${id} is ${caps.join(', ')}; ${name} is ${role}`),
        ),
    )
    const strangers =
      pins.length > 0
        ? []
        : ends
            .slice(1)
            .filter(({ pin }) => ends[0] !== undefined && !meet(ends[0].pin.role, pin.role))
            .map(({ name, pin }) => wiringFault('wiring/capability', `${name} is ${pin.role}, on ${names(net)}`))
    return [...unable, ...strangers]
  })

/** A signal has one talker and one listener, but for buses. */
export const pinTwice = ({ nets }: Circuit): WiringFault[] =>
  nets.flatMap((net) => {
    const roles = partEnds(net)
      .map(({ pin }) => pin.role)
      .filter((role) => role !== 'passive')
    const mixed = new Set(roles).size > 1
    const crowded = roles.length > 1 && roles.some((role) => !shared.has(role))
    const pair = boardPins(net).length === 0 && roles.length === 2
    return (mixed || crowded) && !pair ? [wiringFault('wiring/pin-twice', names(net))] : []
  })

/** No two pins of the board are joined, but for pins of one rail and grounds. */
export const short = ({ nets }: Circuit): WiringFault[] =>
  nets.flatMap((net) => {
    const kinds = boardPins(net).map(({ id, caps, volts }) =>
      caps.includes('ground') ? 'ground' : caps.includes('power') ? `power ${volts}` : id,
    )
    return new Set(kinds).size > 1 ? [wiringFault('wiring/short', names(net))] : []
  })
