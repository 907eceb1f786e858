import { Words } from './arrays.ts'
import { compare, type Limbs, limbs, load, loadDifference, loadTimes, times, timesLess, twice } from './field.ts'

export const prime: Limbs = limbs().fill(16777215)
prime.set([0xfffc2f, 0xfffeff])
prime[10] = 65535
export const zero = limbs()
export const one = limbs()
one[0] = 1
/** A point (X : Y : Z) with x = X / Z^2 and y = Y / Z^3: the sum of what was added. */
export const X = limbs()
export const Y = limbs()
export const Z = limbs()
const A = limbs()
const B = limbs()
const C = limbs()
/** Free between two additions. */
export const D = limbs()
const doubled = new Words(11)

/** 7 products. dbl-2009-l of hyperelliptic.org/EFD, a = 0, with 4 X Y^2 and 8 Y^4 as products. */
export const double = (): void => {
  loadTimes(2, Y)
  times(Z, Z)
  times(B, Y)
  loadTimes(2, X)
  times(D, B)
  loadTimes(3, X)
  times(A, X)
  load(A)
  timesLess(X, A, D, D)
  loadTimes(2, B)
  times(B, B)
  loadDifference(D, X)
  timesLess(Y, A, B, zero)
}

/** True while the sum is the point at infinity: then X, Y and Z mean nothing. */
export let empty = true
/** Forgets the sum: the next point that is added becomes it. */
export const clear = (): void => {
  empty = true
}

/**
 * Adds the affine (x, y), or takes it away. 11 products: Cohen, Miyaji and Ono, ASIACRYPT 98, with a point of Z = 1.
 * The same point is doubled, its opposite leaves the point at infinity.
 */
export const add = (x: Limbs, y: Limbs, minus: number): void => {
  if (empty) Z.set(one)
  else {
    load(Z)
    times(A, Z)
    times(B, A)
    load(A)
    timesLess(A, x, X, zero)
  }
  if (minus) loadDifference(zero, y)
  else load(y)
  if (empty) {
    X.set(x)
    times(Y, Z)
    empty = false
    return
  }
  timesLess(B, B, Y, zero)
  if (!compare(A, prime)) {
    empty = !!compare(B, prime)
    double()
    return
  }
  load(A)
  times(Z, Z)
  times(C, A)
  times(D, C)
  load(X)
  times(C, C)
  load(B)
  twice(doubled, C)
  timesLess(X, B, D, doubled)
  load(Y)
  times(D, D)
  loadDifference(C, X)
  timesLess(Y, B, D, zero)
}
