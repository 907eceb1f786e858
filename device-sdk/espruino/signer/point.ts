import { compare, type Limbs, limbs, mask, mul, scale } from './field.ts'

/**
 * A point (X : W : Z) with x = X / Z^2 and 2y = W / Z^3, and tables with 2y in place of y: so no formula halves.
 * The Jacobian formulas dbl-2009-l and madd-2007-bl of hyperelliptic.org/EFD, a = 0, rewritten for W.
 */
export const prime: Limbs = limbs().fill(mask)
prime.set([0xfffc2f, 0xfffeff])
prime[10] = 65535
export const zero = limbs()
export const X = limbs()
export const W = limbs()
export const Z = limbs()
const A = limbs()
const B = limbs()
const C = limbs()
const D = limbs()

/** 7 multiplications, 2 scalings. */
export const double = (): void => {
  mul(Z, W, Z)
  mul(A, X, X)
  scale(A, 3, A, zero)
  mul(B, W, W)
  mul(C, X, B)
  mul(X, A, A, C, C, zero)
  scale(C, 2, C, X)
  mul(B, B, B)
  mul(W, A, C, B, zero, zero)
}

let empty = true
/** Forgets the sum: the next point that is added becomes it. */
export const clear = (): void => {
  empty = true
}

/** Adds the affine (x, w / 2). 11 multiplications, 2 scalings. The sum is never the point at infinity, see `multiply`. */
export const add = (x: Limbs, w: Limbs): void => {
  if (empty) {
    X.set(x)
    W.set(w)
    Z.fill(0)
    Z[0] = 1
    empty = false
    return
  }
  mul(A, Z, Z)
  mul(B, Z, A)
  mul(A, x, A, X, zero, zero)
  // The same point again: only the multipliers n - 2 t, t an entry of the table, come here.
  if (compare(A, prime) === 0) {
    double()
    return
  }
  mul(B, w, B, W, zero, zero)
  scale(C, 2, A, zero)
  mul(Z, Z, C)
  mul(C, C, C)
  mul(D, X, C)
  mul(A, A, C)
  mul(X, B, B, A, D, D)
  mul(A, W, A)
  scale(D, 2, D, X)
  mul(W, B, D, A, A, zero)
}
