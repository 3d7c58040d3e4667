import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cidr, Family, Ip } from '../../src/address/address.js'
import { addressOf, coverOf, numberOf, stretchOf } from '../../src/address/ranges.js'

const cover = suite('cover of addresses by CIDRs')

const of = (...sources: string[]): readonly string[] =>
  coverOf(
    sources[0]?.includes(':') ? 'IPv6' : 'IPv4',
    sources.map(source => stretchOf(source as Cidr)),
  )
const between = (family: Family, first: string, last: string): readonly string[] =>
  coverOf(family, [{ first: numberOf(first as Ip), last: numberOf(last as Ip) }])

cover('a CIDR is its own cover, and one of a single address that address', () => {
  for (const cidr of [
    '0.0.0.0/0',
    '10.0.0.0/8',
    '255.255.255.254/31',
    '::/0',
    'fd00::/56',
    '::1',
  ]) {
    assert.equal(of(cidr), [cidr])
  }
  assert.equal(of('192.0.2.1/32'), ['192.0.2.1'])
  assert.equal(of('fd00::/128'), ['fd00::'])
})

cover('what overlaps or touches is one, in order', () => {
  assert.equal(of('10.1.0.0/16', '10.0.0.0/8', '10.0.0.1'), ['10.0.0.0/8'])
  assert.equal(of('10.0.0.128/25', '10.0.0.0/25'), ['10.0.0.0/24'])
  assert.equal(of('11.0.0.0/8', '9.0.0.0/8'), ['9.0.0.0/8', '11.0.0.0/8'])
  assert.equal(of('192.0.2.3', '192.0.2.2'), ['192.0.2.2/31'])
  assert.equal(of('192.0.2.2', '192.0.2.1'), ['192.0.2.1', '192.0.2.2'])
})

cover('a stretch that no CIDR holds takes the fewest', () => {
  assert.equal(between('IPv4', '10.0.0.0', '10.0.0.191'), ['10.0.0.0/25', '10.0.0.128/26'])
  assert.equal(between('IPv4', '1.2.3.4', '1.2.3.9'), ['1.2.3.4/30', '1.2.3.8/31'])
  assert.equal(between('IPv4', '0.0.0.0', '255.255.255.255'), ['0.0.0.0/0'])
  assert.equal(between('IPv6', '::1', '::4'), ['::1', '::2/127', '::4'])
  assert.is(between('IPv6', '::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe').length, 254)
})

cover('exactly the addresses given are covered, by CIDRs apart from each other', () => {
  const stretches = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 })),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(stretches, pairs => {
      const given = pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
      const wanted = new Set(
        given.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
      )
      const cidrs = coverOf(
        'IPv4',
        given.map(([from, to]) => ({ first: BigInt(from), last: BigInt(to) })),
      )
      const covered = cidrs.flatMap(cidr => {
        const { first, last } = stretchOf(cidr)
        assert.is(addressOf('IPv4', first), cidr.split('/')[0])
        return Array.from({ length: Number(last - first) + 1 }, (_, i) => Number(first) + i)
      })
      assert.equal(
        covered,
        [...wanted].sort((a, b) => a - b),
      )
    }),
  )
})

cover.run()
