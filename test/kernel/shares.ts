import * as assert from 'uvu/assert'

// Quantiles of the chi-square distribution by degrees of freedom: right shares exceed them once in
// 10,000 tests.
const BOUNDS: Readonly<Record<number, number>> = { 1: 15.14, 2: 18.42, 3: 21.11 }

/** Asserts that what was drawn, one name a draw, has the shares that the weights say. */
export function assertShares(
  drawn: readonly string[],
  weights: Readonly<Record<string, number>>,
): void {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  const strangers = drawn.filter(name => !Object.hasOwn(weights, name))
  assert.equal(strangers, [], 'only what has a weight is drawn')
  const terms = Object.entries(weights).map(([name, weight]) => {
    const expected = (drawn.length * weight) / total
    const found = drawn.filter(one => one === name).length
    return {
      text: `${name} ${found} instead of ${expected}`,
      square: (found - expected) ** 2 / expected,
    }
  })
  const chiSquare = terms.reduce((sum, { square }) => sum + square, 0)
  const bound = BOUNDS[terms.length - 1] ?? 0
  assert.ok(
    chiSquare <= bound,
    `of ${drawn.length}: ${terms.map(({ text }) => text).join(', ')} (chi-square ${chiSquare.toFixed(1)})`,
  )
}
