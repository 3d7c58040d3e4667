import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Fraction, fraction } from '../../../src/traffic/packet.js'
import { allot, chiSquareTail, samplesFor, testShares } from '../../../src/verify/run/statistics.js'
import { randomOf } from './random.js'

const shares = suite('test of shares')

const equal = (k: number): readonly Fraction[] => Array.from({ length: k }, () => fraction(1, k))
const weighted = (...weights: readonly number[]): readonly Fraction[] => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => fraction(weight, total))
}

shares('for k equal shares the samples are the quantile by 0.04 / (k - 1)', () => {
  // Quantiles of p = 0.001: 10.828, 13.816, 16.266, 27.877.
  assert.is(samplesFor(equal(2)), Math.ceil(10.8276 / 0.04))
  assert.is(samplesFor(equal(3)), Math.ceil(13.8155 / 0.02))
  assert.is(samplesFor(equal(4)), Math.ceil((16.2662 * 3) / 0.04))
  assert.is(samplesFor(equal(10)), Math.ceil((27.8772 * 9) / 0.04))
  assert.is(samplesFor(equal(1)), 0)
})

shares('the smallest share asks for the most samples', () => {
  assert.is(samplesFor(weighted(1, 9)), Math.ceil((10.8276 * 9) / 0.04))
  assert.ok(samplesFor(weighted(1, 2, 3)) > samplesFor(equal(3)))
})

shares('a deviation of 20 % is at p = 0.001 with that many samples', () => {
  for (const of of [equal(2), equal(5), weighted(1, 3), weighted(1, 2, 3)]) {
    const samples = samplesFor(of)
    const [first, ...others] = of.map(({ numerator, denominator }) => numerator / denominator)
    const smallest = (first ?? 0) * samples
    const rest = samples - smallest
    const counts = [
      smallest * 1.2,
      ...others.map(share => share * samples * ((rest - smallest * 0.2) / rest)),
    ]
    const { p, detectable = 0 } = testShares(of, counts)
    assert.ok(p <= 0.001 && p > 0.00095, `${of.length}: ${p}`)
    assert.ok(Math.abs(detectable - 0.2) < 0.001, `${detectable}`)
  }
})

shares('counts as expected are certain', () => {
  assert.is(testShares(equal(2), [100, 100]).p, 1)
})

shares('fewer samples detect larger deviations only', () => {
  const { detectable = 0 } = testShares(equal(2), [13, 14])
  assert.ok(detectable > 0.6 && detectable < 0.7, `${detectable}`)
})

shares('a backend that is never seen is a deviation', () => {
  assert.ok(testShares(equal(3), [50, 50, 0]).p < 1e-10)
})

shares('shares too small for a cell of their own are put together', () => {
  const of = weighted(1, 1, 1, 1, 1, 95)
  assert.is(testShares(of, [5, 0, 0, 0, 0, 95]).p, 1, 'nothing can be told within the cell')
  assert.ok(testShares(of, [0, 0, 0, 0, 0, 1000]).p < 1e-9)
  // A cell of 0.05 must be off by 1.434 of itself, which is 7.17 of one of its five shares.
  const { detectable = 0 } = testShares(of, [1, 1, 1, 1, 1, 95])
  assert.ok(Math.abs(detectable - 7.17) < 0.01, `${detectable}`)
})

shares('what is left over of small shares joins the smallest cell before it', () => {
  // Expected 4 in each of five: cells of 8 and 12, where 12 and 8 were found.
  const { p } = testShares(equal(5), [8, 4, 4, 4, 0])
  assert.ok(Math.abs(p - chiSquareTail(16 / 8 + 16 / 12, 1)) < 1e-12, `${p}`)
})

shares('too few samples for two cells tell nothing', () => {
  assert.equal(testShares(equal(2), [7, 0]), { p: 1, detectable: undefined })
  assert.equal(testShares(equal(2), [0, 0]), { p: 1, detectable: undefined })
})

shares(
  'a budget is divided so that small wishes are met and great ones are cut to one level',
  () => {
    assert.equal(allot([10, 500, 400], 300), [10, 145, 145])
    assert.equal(allot([10, 20], 300), [10, 20])
    assert.equal(allot([], 300), [])
  },
)

shares('right shares are doubted about once in a thousand tests', () => {
  const random = randomOf(7)
  for (const of of [equal(2), equal(3), weighted(1, 2, 5)]) {
    const doubts = Array.from({ length: 4000 }, () => {
      const counts = of.map(() => 0)
      for (let i = 0; i < 200; i++) {
        let rest = random()
        const index = of.findIndex(({ numerator, denominator }) => {
          rest -= numerator / denominator
          return rest < 0
        })
        counts[index] = (counts[index] ?? 0) + 1
      }
      return testShares(of, counts).p < 0.001
    }).filter(Boolean).length
    assert.ok(doubts <= 14, `${doubts} of 4000`)
  }
})

shares.run()
