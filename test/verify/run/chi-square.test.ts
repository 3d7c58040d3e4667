import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { chiSquareQuantile, chiSquareTail } from '../../../src/verify/run/statistics.js'

const chiSquare = suite('chi-square distribution')

/** Quantiles from printed tables (NIST/SEMATECH e-Handbook, section 1.3.6.7.4). */
const TABLE: readonly (readonly [degrees: number, p: number, quantile: number])[] = [
  [1, 0.1, 2.706],
  [1, 0.05, 3.841],
  [1, 0.001, 10.828],
  [2, 0.05, 5.991],
  [2, 0.001, 13.816],
  [3, 0.001, 16.266],
  [5, 0.01, 15.086],
  [10, 0.001, 29.588],
  [30, 0.05, 43.773],
  [99, 0.001, 148.23],
  [100, 0.001, 149.449],
]

chiSquare('quantiles are those of printed tables', () => {
  for (const [degrees, p, quantile] of TABLE) {
    const found = chiSquareQuantile(p, degrees)
    assert.ok(Math.abs(found - quantile) < 0.005, `${degrees} degrees, p ${p}: ${found}`)
  }
})

chiSquare('with two degrees of freedom the tail is an exponential', () => {
  for (const x of [0.01, 1, 3.9, 4.1, 30, 200, 1000]) {
    const ratio = chiSquareTail(x, 2) / Math.exp(-x / 2)
    assert.ok(Math.abs(ratio - 1) < 1e-9, `${x}: ${ratio}`)
  }
})

chiSquare('both expansions agree where they meet', () => {
  for (const degrees of [1, 2, 3, 17, 250, 4000]) {
    const meeting = degrees + 2
    const before = chiSquareTail(meeting * (1 - 1e-12), degrees)
    const behind = chiSquareTail(meeting * (1 + 1e-12), degrees)
    assert.ok(Math.abs(before - behind) < 1e-9, `${degrees}: ${before} and ${behind}`)
  }
})

chiSquare('the quantile undoes the tail, also with thousands of degrees', () => {
  for (const degrees of [1, 4, 99, 5000]) {
    const p = chiSquareTail(chiSquareQuantile(0.001, degrees), degrees)
    assert.ok(Math.abs(p - 0.001) < 1e-9, `${degrees}: ${p}`)
  }
})

chiSquare('no deviation is certain', () => {
  assert.is(chiSquareTail(0, 3), 1)
})

chiSquare.run()
