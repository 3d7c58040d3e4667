import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sameRule, sameRules } from '../../../src/diff/rules/diff.js'
import { DROP, goto, inSet, rule } from '../../../src/rules/build.js'
import type { Match } from '../../../src/rules/match.js'
import type { Origin } from '../../../src/rules/table.js'

const same = suite('same rules')

const origin: Origin = { concern: 'services' }
const from = (...cidrs: string[]): Match => ({
  kind: 'address-in',
  side: 'saddr',
  negate: false,
  cidrs,
})
const of = (...matches: Match[]) => rule(matches, DROP, origin)

same('where a rule comes from does not count', () => {
  assert.ok(sameRule(of(), rule([], DROP, { concern: 'imported' })))
})

same('matches, statements and comments count', () => {
  const known = inSet(['saddr'], 'known')
  assert.ok(sameRule(of(known), of({ ...known })))
  assert.not.ok(sameRule(of(known), of()))
  assert.not.ok(sameRule(of(known), of(inSet(['daddr'], 'known'))))
  assert.not.ok(sameRule(rule([], goto('a'), origin), rule([], goto('b'), origin)))
  assert.not.ok(sameRule(of(), rule([], DROP, origin, 'why')))
})

same('the order of rules counts', () => {
  const [a, b] = [of(inSet(['saddr'], 'a')), of(inSet(['saddr'], 'b'))]
  assert.ok(sameRules([a, b], [a, b]))
  assert.not.ok(sameRules([a, b], [b, a]))
  assert.not.ok(sameRules([a, b], [a]))
})

const ALIKE: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ['10.0.0.0/8', '192.0.2.1'],
    ['192.0.2.1', '10.0.0.0/8'],
  ],
  [['10.0.0.0/9', '10.128.0.0/9'], ['10.0.0.0/8']],
  [['10.0.0.0/8', '10.1.0.0/16'], ['10.0.0.0/8']],
  [['192.0.2.1/32'], ['192.0.2.1']],
  [['fd00::/65', 'fd00:0:0:0:8000::/65'], ['fd00::/64']],
]
for (const [one, other] of ALIKE) {
  same(`${one} covers what ${other} does`, () => {
    assert.ok(sameRule(of(from(...one)), of(from(...other))))
    assert.ok(sameRule(of(from(...other)), of(from(...one))))
  })
}

same('other addresses, another side or the opposite are another test', () => {
  const test = from('10.0.0.0/8', '192.0.2.1')
  assert.not.ok(sameRule(of(test), of(from('10.0.0.0/8', '192.0.2.2'))))
  assert.not.ok(sameRule(of(test), of(from('10.0.0.0/8'))))
  assert.not.ok(sameRule(of(test), of({ ...test, side: 'daddr' } as Match)))
  assert.not.ok(sameRule(of(test), of({ ...test, negate: true } as Match)))
})

same('a set of one address is that address', () => {
  const address: Match = { kind: 'address', side: 'saddr', negate: false, cidr: '10.0.0.0/8' }
  assert.ok(sameRule(of(from('10.0.0.0/8')), of(address)))
  assert.not.ok(sameRule(of(from('10.0.0.0/8')), of({ ...address, negate: true })))
})

same('nothing that is compiled equals what is foreign', () => {
  const foreign: Match = { kind: 'foreign', json: '{}' }
  assert.not.ok(sameRule(of(foreign), of()))
  assert.not.ok(sameRule(of(foreign), of(from('10.0.0.0/8'))))
})

same.run()
