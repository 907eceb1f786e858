import type { Wiring } from './wiring.ts'

const refOf = (end: string): string => end.slice(0, end.indexOf('.'))

/** A wiring without some of its parts and their wires. */
export const leaveOut = (wiring: Wiring, refs: readonly string[]): Wiring => ({
  ...wiring,
  parts: wiring.parts.filter(({ ref }) => !refs.includes(ref)),
  wires: wiring.wires.filter((ends) => !ends.some((end) => refs.includes(refOf(end)))),
})

/** The parts that are wired to one another, past the board: a meter and the transceiver in front of it. */
export const wiredTogether = ({ wires }: Wiring, ref: string): ReadonlySet<string> => {
  const found = new Set([ref])
  const links = wires
    .map((ends) => ends.map(refOf))
    .filter((refs) => !refs.includes('board') && !refs.includes('outside'))
  for (let before = 0; before < found.size; ) {
    before = found.size
    for (const refs of links) if (refs.some((one) => found.has(one))) for (const one of refs) found.add(one)
  }
  return found
}
