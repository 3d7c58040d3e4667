import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { containedIn, type Ip, parseCidr } from '../../../src/address/address.js'
import {
  holds,
  memberOf,
  type Region,
  regionsOf,
  type Source,
} from '../../../src/diff/traffic/clients.js'
import { inFewWords } from '../../../src/diff/traffic/report.js'

const regions = suite('regions')

const FIRST = [0, 10, 128]
const cidr = fc
  .tuple(fc.constantFrom(...FIRST), fc.nat(3), fc.constantFrom(0, 8, 9, 15, 16, 24, 32))
  .map(([a, b, bits]) => parseCidr(`${a}.${b}.0.0/${bits}`)?.cidr as Source)
const ip = fc
  .tuple(fc.constantFrom(...FIRST, 255), fc.nat(4), fc.constantFrom(0, 1, 255))
  .map(parts => `${parts.join('.')}.0` as Ip)

const within = (sources: readonly Source[], address: Ip): boolean =>
  containedIn(sources.map(one => (one.includes('/') ? one : `${one}/32`)) as never)(address)

regions('hold every address once, apart from those that a CIDR tells from it', () => {
  fc.assert(
    fc.property(fc.array(cidr, { maxLength: 6 }), ip, ip, (cidrs, one, other) => {
      const all = regionsOf('IPv4', cidrs)
      const placeOf = (address: Ip): readonly Region[] =>
        all.filter(region => holds(region, address))
      assert.is(placeOf(one).length, 1)
      const alike = cidrs.every(cidr => within([cidr], one) === within([cidr], other))
      assert.is(placeOf(one)[0] === placeOf(other)[0], alike)
    }),
  )
})

regions('have a member that is not taken, if there is one', () => {
  const [, inner] = regionsOf('IPv4', ['10.0.0.0/30' as Source])
  assert.ok(inner)
  if (inner === undefined) return
  const taken = new Set<string>(['10.0.0.0', '10.0.0.1'])
  assert.is(
    memberOf('IPv4', inner, ip => taken.has(ip)),
    '10.0.0.2',
  )
  assert.is(
    memberOf('IPv4', inner, () => true),
    '10.0.0.0',
  )
})

regions('in few words are exactly they, as far as others are not left over', () => {
  fc.assert(
    fc.property(fc.array(cidr, { maxLength: 6 }), fc.nat(), ip, (cidrs, pick, address) => {
      const all = regionsOf('IPv4', cidrs)
      const inside = all.filter((_, index) => (pick >> index) % 2 === 0)
      if (inside.length === 0) return
      const outside = all.filter(region => !inside.includes(region))
      const { only, except = [] } = inFewWords(inside, outside, 'IPv4')
      const named = (only === undefined || within(only, address)) && !within(except, address)
      assert.is(
        named,
        inside.some(region => holds(region, address)),
      )
    }),
  )
})

regions.run()
