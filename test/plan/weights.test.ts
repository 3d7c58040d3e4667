import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { allDrained, weigh } from '../../src/plan/endpoints.js'
import { endpoint } from '../build.js'

const weights = suite('shares')

const endpoints = (list: readonly number[]) =>
  list.map((weight, i) => endpoint(`10.1.0.${i}`, { weight }))
const shares = (...list: number[]) => weigh(endpoints(list)).map(({ weight }) => weight)

weights('equal weights are 1 each', () => {
  assert.equal(shares(1, 1, 1), [1, 1, 1])
  assert.equal(shares(300, 300), [1, 1])
  assert.equal(shares(7), [1])
  assert.equal(shares(), [])
})

weights('weights are reduced by their greatest common divisor, and 0 stays 0', () => {
  assert.equal(shares(100, 200, 50), [2, 4, 1])
  assert.equal(shares(0, 10), [0, 1])
  assert.equal(shares(6, 0, 4), [3, 0, 2])
  assert.equal(shares(1000, 999), [1000, 999])
})

weights('where all are 0 they count as equal', () => {
  assert.equal(shares(0, 0), [1, 1])
  assert.ok(allDrained(endpoints([0, 0])))
  assert.not.ok(allDrained(endpoints([0, 1])))
  assert.not.ok(allDrained([]))
})

weights('reduced weights are integers in the same ratio, in the same order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1 }), list => {
      fc.pre(list.some(weight => weight > 0))
      const [given, reduced] = [endpoints(list), weigh(endpoints(list))]
      const sum = list.reduce((a, b) => a + b)
      const total = reduced.reduce((a, { weight }) => a + weight, 0)
      for (const [i, { endpoint, weight }] of reduced.entries()) {
        assert.is(endpoint.id, given[i]?.id)
        assert.ok(Number.isInteger(weight))
        assert.is(weight * sum, (list[i] ?? 0) * total)
      }
    }),
  )
})

weights.run()
