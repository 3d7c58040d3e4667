import { invariant } from '../../util/errors.js'

/**
 * Probability that a chi-square statistic is `x` or more by chance alone, at so many degrees of
 * freedom: the regularised upper incomplete gamma function Q(degrees/2, x/2).
 */
export function chiSquareTail(x: number, degrees: number): number {
  invariant(degrees >= 1, `a chi-square test of ${degrees} degrees of freedom`)
  if (x <= 0) return 1
  const a = degrees / 2
  const z = x / 2
  // Each of the two expansions converges fast on its own side of this bound, and loses digits beyond.
  return z < a + 1 ? 1 - lowerBySeries(a, z) : upperByFraction(a, z)
}

/** The chi-square statistic that chance exceeds with the probability `p`. */
export function chiSquareQuantile(p: number, degrees: number): number {
  let low = 0
  let high = degrees + 1
  while (chiSquareTail(high, degrees) > p) high *= 2
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (chiSquareTail(middle, degrees) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** More than the digits that a number has. */
const HALVINGS = 60
const PRECISION = 1e-15
const TINY = 1e-300

/** P(a, z) = z^a e^-z / Gamma(a+1) * (1 + z/(a+1) + z^2/((a+1)(a+2)) + ...). */
function lowerBySeries(a: number, z: number): number {
  let term = 1
  let sum = 1
  for (let n = a + 1; term > sum * PRECISION; n++) {
    term *= z / n
    sum += term
  }
  return sum * Math.exp(a * Math.log(z) - z - logGamma(a + 1))
}

/** Q(a, z) by the continued fraction of Legendre, evaluated from the front (Lentz's method). */
function upperByFraction(a: number, z: number): number {
  let b = z + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let product = d
  for (let n = 1, change = 0; Math.abs(change - 1) > PRECISION; n++) {
    const numerator = n * (a - n)
    b += 2
    d = 1 / notZero(numerator * d + b)
    c = notZero(b + numerator / c)
    change = c * d
    product *= change
  }
  return product * Math.exp(a * Math.log(z) - z - logGamma(a))
}

const notZero = (x: number): number => (Math.abs(x) < TINY ? TINY : x)

/** Lanczos' approximation with g = 7 and nine coefficients; good to 15 digits for a >= 0.5. */
function logGamma(a: number): number {
  const x = a - 1
  const t = x + LANCZOS_G + 0.5
  const sum = LANCZOS.reduce((total, coefficient, i) => total + coefficient / (x + i + 1), LEADING)
  return Math.log(Math.sqrt(2 * Math.PI)) + (x + 0.5) * Math.log(t) - t + Math.log(sum)
}

const LANCZOS_G = 7
const LEADING = 0.99999999999980993
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
