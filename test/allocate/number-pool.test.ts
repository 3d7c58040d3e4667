import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Band, numberPool, splitRange, take, takeFor } from '../../src/allocate/pool.js'

const pools = suite('number pool')

const range = (first: number, last: number): Band => ({ first: BigInt(first), last: BigInt(last) })

pools('the lower band of a range is a share of it within limits, or nothing', () => {
  const lower = (count: number): number => {
    const [upper, low] = splitRange(range(1000, 999 + count), BigInt(count), 32n, 128n)
    assert.is(upper.first, low.last + 1n)
    assert.is(upper.last, BigInt(999 + count))
    assert.is(low.first, 1000n)
    return Number(low.last - low.first + 1n)
  }
  assert.is(lower(16), 0)
  assert.is(lower(17), 16)
  assert.is(lower(512), 16)
  // KEP-3668: 30000-30085 of the default range.
  assert.is(lower(2768), 86)
  assert.is(lower(65535), 128)
})

pools('a key gets the same number, whoever else is there, unless it is taken', () => {
  const bands = [range(100, 1099)]
  const alone = takeFor(numberPool(bands, []), 'web')
  const crowd = numberPool(bands, [])
  for (let i = 0; i < 20; i++) takeFor(crowd, `other-${i}`)
  assert.is(takeFor(crowd, 'web'), alone)
  assert.is.not(takeFor(crowd, 'web'), alone)
})

pools('every number is given once, band after band, then none', () => {
  const pool = numberPool([range(10, 12), range(1, 2)], [11n])
  const given = Array.from({ length: 4 }, (_, i) => takeFor(pool, `key ${i}`))
  assert.equal(given.slice(0, 2).sort(), [10n, 12n])
  assert.equal(given.slice(2).sort(), [1n, 2n])
  assert.is(takeFor(pool, 'more'), undefined)
})

pools('an empty band gives nothing', () => {
  assert.is(takeFor(numberPool([range(5, 4), range(5, 3)], []), 'key'), undefined)
})

pools('a number is taken by name if it is in the pool and free', () => {
  const pool = numberPool([range(10, 12)], [11n])
  assert.ok(take(pool, 10n))
  assert.not(take(pool, 10n))
  assert.not(take(pool, 11n))
  assert.not(take(pool, 13n))
})

pools('a band too large to count is no slower', () => {
  const pool = numberPool([{ first: 1n, last: 1n << 80n }], [])
  const given = new Set(Array.from({ length: 1000 }, (_, i) => takeFor(pool, `key ${i}`)))
  assert.is(given.size, 1000)
})

pools.run()
