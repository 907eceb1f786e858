import { Digits } from './arrays.ts'
import { combOf } from './comb.ts'
import { type Limbs, load, loadDifference, subtractOnce, times, timesLess } from './field.ts'
import { inverse, type Slice } from './inverse.ts'
import { add, clear, double, one, prime, D as w, X, Y, Z, zero } from './point.ts'

const part = (a: Limbs, i: number): Limbs => a.subarray(11 * i, 11 * i + 11)

/**
 * k * G by a signed comb (Lim and Lee, CRYPTO 94; the digits +1 and -1 after Hedabou, Pinel and Beneteau, 2005): five
 * teeth 52 bits apart, four blocks of 13 columns. An odd k below 2^260 is the sum over i < 260 of s(i) * 2^i, where
 * s(i) is 1 where bit i + 1 of k is set, s(259) = 1, and the others -1; an even k is done as n - k.
 * The four points of each column become one in affine coordinates, all columns at once, in two rounds with one
 * inversion each (Montgomery, Mathematics of Computation 48, 1987, section 10.3.1). No round meets the same x twice:
 * a test shows it for all multipliers. The columns are then added up in Jacobian coordinates.
 * `table`: for each block 16 points, x and y, chosen by where a tooth agrees with the highest one.
 * NOT constant in time: it is for a device that nobody else measures. See docs/signing.md.
 */
export const multiply = (k: Limbs, table: Limbs, then: (x: Limbs, y: Limbs) => Slice | undefined): Slice => {
  // First the bits of the multiplier; then 26 sums, and 14 products of differences.
  let work: Limbs = new Digits(26 * 22 + 14 * 11)
  // The product of the differences before pair i: from 14 on, in the first round, where a sum is to come.
  const before = (i: number): Limbs => part(work, i < 14 ? 52 + i : 2 * i - 2)
  // Of each point to be added: its place in `points`, and 64 where it is to be taken away.
  const chosen = combOf(k, work)
  let points = table
  let stride = 1
  let i: number
  // The coordinate x or, eleven limbs further, y of one of those that are chosen.
  const of = (i: number, y: number): Limbs => {
    const at = 22 * ((chosen[i] as number) & 63) + y
    return points.subarray(at, at + 11)
  }
  const loadStep = (): void => loadDifference(of((2 * i + 1) * stride, 0), of(2 * i * stride, 0))
  const invert = (a: Limbs, then: Slice): Slice => {
    subtractOnce(a, prime)
    return inverse(a, prime, w, then)
  }
  const forth: Slice = () => {
    if (!i) before(0).set(one)
    const next = before(i + 1)
    loadStep()
    times(next, before(i))
    i++
    return i * stride < 26 ? forth : invert(next, back)
  }
  const back: Slice = () => {
    i--
    const a = 2 * i * stride
    const b = a + stride
    const sign = (chosen[a] as number) & 64
    const slot = stride * i
    const minus = ((chosen[b] as number) & 64) !== sign
    const x1 = of(a, 0)
    const y1 = of(a, 11)
    const slope = before(i)
    const x = before(i + 1)
    load(w)
    times(slope, slope)
    loadStep()
    times(w, w)
    loadDifference(of(b, 11), y1, minus)
    times(slope, slope)
    load(slope)
    timesLess(x, slope, x1, of(b, 0))
    if (minus) loadDifference(x, x1)
    else loadDifference(x1, x)
    timesLess(part(work, 2 * slot + 1), slope, y1, zero)
    work.set(x, 22 * slot)
    chosen[a] = slot + sign
    if (i) return back
    points = work
    if (stride++ < 2) return forth
    i = 12
    clear()
    return sum
  }
  // Why within: a function that is there from the beginning takes memory while the sums need it most.
  const sum: Slice = () => {
    add(of(4 * i, 0), of(4 * i, 11), (chosen[4 * i] as number) & 64)
    if (i--)
      return () => {
        double()
        return sum
      }
    work = points = w
    return invert(Z, () => {
      load(w)
      times(Z, w)
      times(w, Z)
      load(X)
      times(Z, Z)
      load(Y)
      times(w, w)
      subtractOnce(Z, prime)
      subtractOnce(w, prime)
      return then(Z, w)
    })
  }
  i = 0
  return forth
}
