import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { jhash, scaled } from '../../src/util/jhash.js'
import { lookup3 } from '../reference/hash.js'

const hashes = suite("Jenkins' hash")

hashes('is that of lookup3.c', () => {
  // driver5() of lookup3.c.
  const text = new TextEncoder().encode('Four score and seven years ago')
  assert.is(jhash(text, 0), 0x17770551)
  assert.is(jhash(text, 1), 0xcd628161)
  assert.is(jhash(new Uint8Array(), 0), 0xdeadbeef)
})

hashes('agrees with another one for any bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 40 })
  const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  fc.assert(
    fc.property(bytes, seed, (key, from) => {
      assert.is(jhash(key, from), lookup3([...key], from))
    }),
    { numRuns: 1000 },
  )
})

hashes('is scaled to numbers below the modulus, in its own order', () => {
  assert.equal(
    [0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1].map(hash => scaled(hash, 2)),
    [0, 0, 1, 1],
  )
  assert.is(scaled(2 ** 32 - 1, 65521), 65520)
})

hashes.run()
