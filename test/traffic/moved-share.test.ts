import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { clientHash, HASH_SEED } from '../../src/model/hash.js'
import { maglevTable } from '../../src/model/maglev.js'
import { type FateHash, movedShare } from '../../src/traffic/packet.js'
import { compareText } from '../../src/util/collections.js'
import { scaled } from '../../src/util/jhash.js'

const shares = suite('the share of clients that a hash moves')

const fateHash = (ends: readonly string[], more: Partial<FateHash> = {}): FateHash => ({
  fields: ['saddr'],
  seed: HASH_SEED,
  modulus: ends.length,
  stretches: ends.map((end, bucket) => ({ from: bucket, to: bucket, end })),
  ...more,
})

shares('is measured where both have their borders', () => {
  const of = (a: string, b: string) => movedShare(fateHash([...a]), fateHash([...b]))
  assert.equal(of('ab', 'ab'), { numerator: 0, denominator: 1 })
  assert.equal(of('ab', 'ba'), { numerator: 1, denominator: 1 })
  assert.equal(of('ab', 'aab'), { numerator: 1, denominator: 6 })
  assert.equal(of('aab', 'ab'), { numerator: 1, denominator: 6 })
  const wide = fateHash([], { modulus: 4, stretches: [{ from: 0, to: 3, end: 'a' }] })
  assert.equal(movedShare(wide, fateHash([...'aaab'])), { numerator: 1, denominator: 4 })
})

shares('is none of hashes of different things', () => {
  const one = fateHash([...'ab'])
  assert.is(movedShare(one, { ...one, seed: 1 }), undefined)
  assert.is(movedShare(one, { ...one, fields: ['saddr', 'tcp-sport'] }), undefined)
})

const CLIENTS = Array.from({ length: 5000 }, (_, i) => `192.0.${i >> 8}.${i & 255}` as Ip)
const endpoints = fc
  .uniqueArray(fc.record({ id: fc.ipV4(), weight: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ id }) => id,
  })
  .map(list => list.sort((a, b) => compareText(a.id, b.id)))
const size = fc.constantFrom(61, 251)

shares('is what clients see', () => {
  fc.assert(
    fc.property(endpoints, size, fc.nat(), size, (list, before, gone, after) => {
      const left = list.filter((_, index) => list.length < 2 || index !== gone % list.length)
      const [one, other] = [maglevTable(list, before), maglevTable(left, after)]
      const told = movedShare(
        fateHash(one.map(({ id }) => id)),
        fateHash(other.map(({ id }) => id)),
      )
      const moved = CLIENTS.filter(ip => {
        const hash = clientHash(ip)
        return one[scaled(hash, before)]?.id !== other[scaled(hash, after)]?.id
      })
      assert.ok(told)
      const off = moved.length / CLIENTS.length - told.numerator / told.denominator
      assert.ok(Math.abs(off) < 0.04, `${off}`)
    }),
    { numRuns: 40 },
  )
})

shares.run()
