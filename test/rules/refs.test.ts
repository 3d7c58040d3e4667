import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ACCEPT, DROP, goto, inSet, jump, rule, setMark, vmap } from '../../src/rules/build.js'
import { chainOf, refsOf } from '../../src/rules/check.js'
import type { Match } from '../../src/rules/match.js'
import type { Statement } from '../../src/rules/statement.js'

const refs = suite('references')

const of = (statements: readonly Statement[], matches: readonly Match[] = []) =>
  refsOf(rule(matches, statements, { concern: 'base' }))

refs('chains are named by jumps, gotos and the choices among them', () => {
  const choice = {
    modulus: 3,
    buckets: [
      { from: 0, to: 0, value: goto('c') },
      { from: 1, to: 1, value: DROP },
      { from: 2, to: 2, value: jump('d') },
    ],
  }
  const cases = [{ match: inSet(['saddr'], 's'), verdict: jump('e') }]
  const named = of([
    jump('a'),
    goto('b'),
    { kind: 'vmap-random', choice },
    { kind: 'vmap-cases', cases },
    { kind: 'match', match: inSet(['saddr'], 't') },
  ])
  assert.equal(named, { chains: ['a', 'b', 'c', 'd', 'e'], sets: ['s', 't'] })
})

refs('sets and maps are named by look-ups and updates', () => {
  const update: Statement = { kind: 'update-set', key: ['saddr'], set: 'c' }
  const choose: Statement = { kind: 'dnat-map', key: ['daddr'], modulus: 2, map: 'd' }
  assert.equal(of([vmap(['daddr'], 'b'), update, choose], [inSet(['saddr'], 'a')]), {
    chains: [],
    sets: ['a', 'b', 'c', 'd'],
  })
})

refs('everything else names nothing', () => {
  const to = { ip: '10.0.0.1', port: 80 }
  const choice = { modulus: 1, buckets: [{ from: 0, to: 0, value: to }] }
  const statements: Statement[] = [
    DROP,
    { kind: 'return' },
    setMark(1),
    ACCEPT,
    { kind: 'counter' },
    { kind: 'log' },
    { kind: 'mark-set-to', of: 'packet', and: 0, or: 1 },
    { kind: 'reject' },
    { kind: 'masquerade' },
    { kind: 'mark-xor', mark: 1 },
    { kind: 'dnat', to },
    { kind: 'dnat-random', choice },
    { kind: 'foreign', json: '{"jump":{"target":"c"}}' },
  ]
  const matches: Match[] = [{ kind: 'interface', name: 'a', prefix: false, negate: false }]
  assert.equal(of(statements, matches), { chains: [], sets: [] })
})

refs('a verdict leads to a chain if it names one', () => {
  const verdicts = [jump('a'), goto('b'), DROP, { kind: 'return' } as const]
  assert.equal(verdicts.map(chainOf), ['a', 'b', undefined, undefined])
})

refs.run()
