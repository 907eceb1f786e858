import type { Slot } from './slot.ts'

/** The boot of this start, and the n of what was obeyed last, two numbers; and what is pinned, as the provisioner gave it. */
export const bootRecord = 'hexfix.boot'
export const lastRecord = 'hexfix.n'
export const trustRecord = 'hexfix.trust'

/** A number of 32 bits in a slot; -1 where none can be read. */
export const numberIn = (from: Slot): number => {
  const text = from.read()
  return text === null ? -1 : Number(text)
}
