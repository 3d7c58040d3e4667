import type { Fraction } from '../../traffic/packet.js'
import { invariant } from '../../util/errors.js'

/** A deviation that chance alone makes less often than this is a fault. */
export const FAULT = 0.001
/**
 * One that chance makes less often than this is looked at again. Of deviations that are just what the
 * samples are made for, half do not show as faults in a first round, but 9 of 10 in two.
 */
export const DOUBT = 0.05
/** The relative deviation of a share that the samples are made for. */
const DEVIATION = 0.2
/** Below so many expected samples the chi-square distribution is no approximation any more. */
export const LEAST_EXPECTED = 5

/**
 * The number of samples at which a deviation of 20 % in one share gives p < 0.001.
 *
 * If one share p is off by d, and the others make up for it in proportion, then the statistic grows by
 * n * w^2 with w^2 = sum((q_i - p_i)^2 / p_i) = d^2 * p / (1 - p), which is d^2 / (k - 1) for k equal
 * shares. It reaches the quantile at n = quantile / w^2; the smallest share asks for the most.
 */
export function samplesFor(shares: readonly Fraction[]): number {
  if (shares.length < 2) return 0
  const smallest = Math.min(...shares.map(asNumber))
  const effect = (DEVIATION ** 2 * smallest) / (1 - smallest)
  return Math.ceil(chiSquareQuantile(FAULT, shares.length - 1) / effect)
}

/**
 * Divides a budget among tests that want more than it holds: all get what they want up to a level that
 * is the same for all.
 */
export function allot(wanted: readonly number[], budget: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  const given: number[] = []
  let rest = budget
  order.forEach((index, i) => {
    const level = Math.floor(rest / (order.length - i))
    given[index] = Math.min(wanted[index] ?? 0, level)
    rest -= given[index]
  })
  return given
}

/** What the counts of a sample say about the shares that were promised. */
export interface SharesVerdict {
  /** Probability of such counts, or less likely ones, by chance alone; 1 if nothing can be told. */
  readonly p: number
  /** The relative deviation of the smallest share that gives p < 0.001; none can be found if absent. */
  readonly detectable: number | undefined
}

/** Tests counts against shares; `counts` are in the order of `shares`. */
export function testShares(shares: readonly Fraction[], counts: readonly number[]): SharesVerdict {
  const samples = counts.reduce((sum, count) => sum + count, 0)
  const cells = mergeSmall(
    shares.map((share, i) => ({ expected: asNumber(share) * samples, observed: counts[i] ?? 0 })),
  )
  const [first] = cells
  if (first === undefined || cells.length < 2) return { p: 1, detectable: undefined }
  const statistic = cells.reduce(
    (sum, { expected, observed }) => sum + (observed - expected) ** 2 / expected,
    0,
  )
  const degrees = cells.length - 1
  const smallest = Math.min(...shares.map(asNumber))
  // In a cell of several shares the deviation of one is diluted by the others.
  const cell = first.expected / samples
  const effect = (chiSquareQuantile(FAULT, degrees) * (1 - cell)) / (samples * cell)
  const detectable = (Math.sqrt(effect) * cell) / smallest
  return { p: chiSquareTail(statistic, degrees), detectable }
}

interface Cell {
  readonly expected: number
  readonly observed: number
}

/** Cells that are large enough, the smallest share in the first: small ones are put together. */
function mergeSmall(cells: readonly Cell[]): readonly Cell[] {
  const merged: Cell[] = []
  let open: Cell | undefined
  for (const cell of [...cells].sort((a, b) => a.expected - b.expected)) {
    open = open ? together(open, cell) : cell
    if (open.expected < LEAST_EXPECTED) continue
    merged.push(open)
    open = undefined
  }
  const last = merged.pop()
  if (open && last) return [...merged, together(last, open)]
  return last ? [...merged, last] : []
}

const together = (a: Cell, b: Cell): Cell => ({
  expected: a.expected + b.expected,
  observed: a.observed + b.observed,
})

/** A share as a real number. */
export const asNumber = ({ numerator, denominator }: Fraction): number => numerator / denominator

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
