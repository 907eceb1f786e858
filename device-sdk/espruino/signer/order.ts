import { Digits } from './arrays.ts'
import {
  addTimes,
  around,
  convolve,
  first,
  floor,
  type Limbs,
  limbs,
  load,
  loadSecond,
  low,
  radix,
  subtractOnce,
  upper,
} from './field.ts'
import { prime, zero } from './point.ts'

/** The order n of the group (SEC 2 section 2.4.1), and 2^264 modulo n. */
export const order = limbs()
order.set(prime)
order.set([0x364141, 0x5e8cd0, 0x3bbfd2, 0xaf48a0, 0xaedce6, 0xfffeba])
const rest = limbs()
addTimes(rest, zero, -256, order)

const whole = new Digits(22)

/** a * b + c modulo n, below n. A signature takes two of these: short, not fast. */
export const mulAddModN = (a: Limbs, b: Limbs, c: Limbs): Limbs => {
  const to = limbs()
  to.set(c)
  // What is above 2^264 shrinks with each fold: 248 bits, 121, one, none.
  let t = 0
  for (let i = 0; i < 4; i++) {
    load(a)
    loadSecond(b)
    t = 0
    for (const x of low) whole[x] = t = convolve(first, around, x) + (to[x] as number) + floor(t / radix)
    for (const x of low) whole[x + 11] = t = convolve(first, upper, x + 1) + floor(t / radix)
    to.set(whole.subarray(0, 11))
    a = whole.subarray(11)
    b = rest
  }
  addTimes(to, to, -((to[10] as number) >> 16), order)
  subtractOnce(to, order)
  return to
}

export const minusModN = (a: Limbs): Limbs => {
  const to = limbs()
  addTimes(to, order, -1, a)
  return to
}
