/**
 * Sine, cosine, arcsine and decimal logarithm from +, -, *, / and comparison alone, which IEEE 754 rounds alike on every
 * machine. Why: `Math.sin` and its like are left to the engine, and their last bits differ between versions of Node.
 * Each is a power series in Horner's nested form, right to a few units in the last place; near multiples of pi/2
 * where the result is almost 0, to 1e-25 in absolute terms.
 */

const halfPi = 1.5707963267948966
export const pi = 2 * halfPi
/** pi/2 in two parts: the first has 33 bits, so that its product with a quadrant number is exact. */
const halfPiHigh = 1.5707963267341256
const halfPiLow = 6.077100506506192e-11
/** 2 / ln 10. */
const twoOverLn10 = 0.8685889638065036
const log10Of2 = 0.3010299956639812

/** Enough terms for 2^-53 on the intervals below: pi/4 for sine and cosine, 1/2 for arcsine, 1/5 for the logarithm. */
const circularTerms = 10
const arcsineTerms = 26
const logarithmTerms = 12
/** 1 / (2k + 1): the same bits as a division each time. */
const oddInverses = Float64Array.from({ length: logarithmTerms + 1 }, (_, k) => 1 / (2 * k + 1))

/** x - x^3/3! + x^5/5! - ... for |x| <= pi/4. */
const sineSeries = (x: number): number => {
  let sum = 1
  for (let k = circularTerms; k > 0; k--) sum = 1 - (sum * x * x) / (2 * k * (2 * k + 1))
  return x * sum
}

/** 1 - x^2/2! + x^4/4! - ... for |x| <= pi/4. */
const cosineSeries = (x: number): number => {
  let sum = 1
  for (let k = circularTerms; k > 0; k--) sum = 1 - (sum * x * x) / ((2 * k - 1) * 2 * k)
  return sum
}

/** sin(x + turns * pi/2) after reduction to the nearest quadrant. */
const quarterTurned = (x: number, turns: number): number => {
  const nearest = Math.floor(x / halfPi + 0.5)
  const rest = x - nearest * halfPiHigh - nearest * halfPiLow
  const quadrant = (((nearest + turns) % 4) + 4) % 4
  if (quadrant === 0) return sineSeries(rest)
  if (quadrant === 1) return cosineSeries(rest)
  return quadrant === 2 ? -sineSeries(rest) : -cosineSeries(rest)
}

/** @param x - radians, |x| at most 2^20; beyond that the reduction loses digits. */
export const sin = (x: number): number => quarterTurned(x, 0)

/** @param x - radians, |x| at most 2^20; beyond that the reduction loses digits. */
export const cos = (x: number): number => quarterTurned(x, 1)

/** @returns radians within [-pi/2, pi/2], or NaN outside [-1, 1]. */
export const asin = (x: number): number => {
  if (x < 0) return -asin(-x)
  // asin x = pi/2 - 2 asin sqrt((1 - x) / 2) brings the upper half into reach of the series.
  if (x > 0.5) return halfPi - 2 * asin(Math.sqrt((1 - x) / 2))
  let sum = 1
  for (let k = arcsineTerms; k > 0; k--) {
    const odd = 2 * k - 1
    sum = 1 + (sum * x * x * odd * odd) / (2 * k * (2 * k + 1))
  }
  return x * sum
}

/** @returns -Infinity for 0, and NaN below it. */
export const log10 = (x: number): number => {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN
  if (x === Infinity) return x
  let mantissa = x
  let exponent = 0
  // Doubling and halving are exact, many at once too.
  for (; mantissa >= 65_536; exponent += 16) mantissa *= 2 ** -16
  for (; mantissa < 2 ** -16; exponent -= 16) mantissa *= 65_536
  for (; mantissa >= 1.5; exponent++) mantissa *= 0.5
  for (; mantissa < 0.75; exponent--) mantissa *= 2
  // ln m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...)
  const s = (mantissa - 1) / (mantissa + 1)
  let sum = 0
  for (let k = logarithmTerms; k >= 0; k--) sum = sum * s * s + (oddInverses[k] ?? 0)
  return exponent * log10Of2 + twoOverLn10 * (s * sum)
}
