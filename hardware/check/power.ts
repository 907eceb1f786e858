import type { WiringFault } from './faults.ts'
import { wiringFault } from './faults.ts'
import type { Circuit, Net, Used } from './nets.ts'
import { boardPins, partEnds } from './nets.ts'
import { driven, driving } from './roles.ts'

/** The rail that feeds a part, or undefined where none does. */
const feedOf = ({ board, nets }: Circuit, { ref, part }: Used) => {
  const ids = part.pins.filter(({ role }) => role === 'supply' || role === 'usb').map(({ id }) => `${ref}.${id}`)
  const net = nets.find((one) => one.some(({ name }) => ids.includes(name)))
  const pin = net && boardPins(net).find(({ caps }) => caps.includes('power') || caps.includes('usb-host'))
  return pin && { pin, rail: board.rails.find(({ pins }) => pins.includes(pin.id)) }
}

const milliamperesOf = ({ part: { current } }: Used): number => current?.maxMa ?? current?.typicalMa ?? 0

/** A part gets the voltage that it is made for. */
export const supply = (circuit: Circuit): WiringFault[] =>
  circuit.used.flatMap((used) => {
    const volts = feedOf(circuit, used)?.pin.volts
    const range = used.part.supply
    if (volts === undefined || range === undefined || (volts >= range.minVolts && volts <= range.maxVolts)) return []
    return [
      wiringFault('wiring/supply', `${used.ref} gets ${volts} V and takes ${range.minVolts} to ${range.maxVolts} V`),
    ]
  })

/** What a part drives, and what it bears, where its supply is known. */
const logicOf = (circuit: Circuit, used: Used) => {
  const { logic } = used.part
  const feed = feedOf(circuit, used)?.pin.volts
  return {
    out: logic?.volts === 'supply' ? feed : logic?.volts,
    bears: logic?.maxVolts === 'supply' ? feed : logic?.maxVolts,
  }
}

const levels = (circuit: Circuit, net: Net): WiringFault[] =>
  partEnds(net).flatMap(({ name, used, pin: { role } }) => {
    const { out, bears } = logicOf(circuit, used)
    return boardPins(net)
      .filter(({ caps }) => !caps.includes('power') && !caps.includes('ground'))
      .flatMap(({ id, volts, maxVolts = circuit.board.logic.maxVolts }) => [
        ...(driving.has(role) && out !== undefined && out > maxVolts
          ? [wiringFault('wiring/logic-level', `${name} drives ${out} V, board.${id} bears ${maxVolts} V`)]
          : []),
        ...(driven.has(role) && bears !== undefined && volts > bears
          ? [wiringFault('wiring/logic-level', `board.${id} drives ${volts} V, ${name} bears ${bears} V`)]
          : []),
      ])
  })

/** On a bus, a part is driven by every other: a board that bears 5 V does not protect a part that bears 3.3 V. */
const levelsBetween = (circuit: Circuit, net: Net): WiringFault[] =>
  partEnds(net).flatMap((talker) =>
    partEnds(net).flatMap((listener) => {
      if (talker.used.ref === listener.used.ref || !driving.has(talker.pin.role)) return []
      const { out } = logicOf(circuit, talker.used)
      const { bears } = logicOf(circuit, listener.used)
      if (!driven.has(listener.pin.role) || out === undefined || bears === undefined || out <= bears) return []
      return [wiringFault('wiring/logic-level', `${talker.name} drives ${out} V, ${listener.name} bears ${bears} V`)]
    }),
  )

/** A resistor brings the volts of the rail at its other end. */
const pulls = (circuit: Circuit, net: Net): WiringFault[] =>
  partEnds(net).flatMap(({ name, used: { ref }, pin: { role } }) => {
    if (role !== 'passive') return []
    const beyond = circuit.nets.filter((other) => other !== net && partEnds(other).some(({ used }) => used.ref === ref))
    const brought = beyond.flatMap(boardPins).filter(({ caps }) => caps.includes('power'))
    return boardPins(net)
      .filter(({ caps }) => caps.includes('gpio') || caps.includes('input'))
      .flatMap(({ id, maxVolts = circuit.board.logic.maxVolts }) =>
        brought
          .filter(({ volts }) => volts > maxVolts)
          .map(({ volts }) =>
            wiringFault('wiring/logic-level', `${name} pulls to ${volts} V, board.${id} bears ${maxVolts} V`),
          ),
      )
  })

/** No pin is driven, or pulled, above what it bears. */
export const logicLevels = (circuit: Circuit): WiringFault[] =>
  circuit.nets.flatMap((net) => [...levels(circuit, net), ...levelsBetween(circuit, net), ...pulls(circuit, net)])

/** What hangs on a rail stays within it, and everything together within what feeds the board. */
export const currents = (circuit: Circuit): WiringFault[] => {
  const { board, used } = circuit
  const fed = used.flatMap((one) => {
    const feed = feedOf(circuit, one)
    return feed === undefined ? [] : [{ rail: feed.rail, ma: milliamperesOf(one) }]
  })
  // Rounded to microamperes, as people read it.
  const sum = (parts: typeof fed): number => Math.round(parts.reduce((total, { ma }) => total + ma, 0) * 1000) / 1000
  const rails = board.rails.flatMap((rail) => {
    const ma = sum(fed.filter((part) => part.rail === rail))
    const over = rail.maxMa !== undefined && ma > rail.maxMa
    return over
      ? [wiringFault('wiring/rail-current', `${ma} mA on the ${rail.volts} V rail, which gives ${rail.maxMa} mA`)]
      : []
  })
  const { activeMa, supplyMaxMa } = board.power
  const total = activeMa + sum(fed)
  return total > supplyMaxMa
    ? [
        ...rails,
        wiringFault('wiring/total-current', `${total} mA with the board's ${activeMa} mA; ${supplyMaxMa} mA feed it`),
      ]
    : rails
}
