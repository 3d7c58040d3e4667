import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Check } from '../../../src/verify/check.js'
import type { Explanation, Failed } from '../../../src/verify/report.js'
import { runChecks } from '../../../src/verify/verify.js'
import { listing } from '../../listing/listings.js'
import { fakeWorld, keeping } from './fake-world.js'
import { backends, check, ofNobody, portOf, SETTINGS, verdict } from './fixture.js'

const explain = suite('explanation of failures')

const HEAD = '"family": "ip", "table": "t", "handle": 5'
const HOOK = '"type": "nat", "hook": "prerouting", "prio": -100, "policy": "accept"'
const chain = (name: string, more = ''): string => `{"chain": {${HEAD}, "name": "${name}"${more}}}`
const rule = (name: string, ...expr: readonly string[]): string =>
  `{"rule": {${HEAD}, "chain": "${name}", "expr": [${expr.join(', ')}]}}`
const TO_WEB =
  '{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "daddr"}}, "right": "10.96.0.1"}}'
const GOTO = '{"goto": {"target": "svc"}}'
const dnat = (...targets: readonly string[]): string => {
  const elements = targets.map((ip, i) => `[${i}, {"concat": ["${ip}", 8080]}]`).join(', ')
  const key = `{"numgen": {"mode": "random", "mod": ${targets.length}, "offset": 0}}`
  return `{"dnat": {"family": "ip", "addr": {"map": {"key": ${key}, "data": {"set": [${elements}]}}}}}`
}
const rulesWith = (...svc: readonly string[]): string =>
  listing([chain('pre', `, ${HOOK}`), chain('svc'), rule('pre', TO_WEB, GOTO), ...svc])

/** Failures of checks in a world where everything is refused, with this listing of its rules. */
async function failures(checks: readonly Check[], rules: string): Promise<readonly Failed[]> {
  const world = fakeWorld(() => ({ kind: 'refused' }), { listing: rules })
  const { results } = await runChecks(world, checks, SETTINGS, () => undefined)
  assert.is(world.log.lists, 1, 'the rules are listed once')
  return results.filter((result): result is Failed => result.status === 'failed')
}

async function explanation(of: Check, rules: string): Promise<Explanation | undefined> {
  const [failure] = await failures([of], rules)
  return failure?.explanation
}

const one = check(backends([1]))

explain('a failure shows the rules that its packet passes', async () => {
  const rules = rulesWith(rule('svc', dnat('10.244.1.99')))
  assert.equal(await explanation(one, rules), {
    kind: 'paths',
    paths: [
      {
        share: { numerator: 1, denominator: 1 },
        outcome: { kind: 'accept' },
        to: '10.244.1.99:8080',
        masqueraded: false,
        asExpected: false,
        steps: [
          { hook: 'prerouting', table: 'ip t', chain: 'pre', rule: 'ip daddr 10.96.0.1 goto svc' },
          {
            hook: 'prerouting',
            table: 'ip t',
            chain: 'svc',
            rule: 'dnat ip addr . port to numgen random mod 1 map { 0 : 10.244.1.99 . 8080 }',
          },
        ],
      },
    ],
    hidden: 0,
  })
})

explain('of many ways those come first that break the expectation, and few are shown', async () => {
  const targets = [10, 10, 10, 10, 99].map(i => `10.244.1.${i}`)
  const found = await explanation(one, rulesWith(rule('svc', dnat(...targets))))
  if (found?.kind !== 'paths') throw new Error('no paths')
  assert.equal(
    found.paths.map(({ to, asExpected }) => [to, asExpected]),
    [
      ['10.244.1.99:8080', false],
      ['10.244.1.10:8080', true],
      ['10.244.1.10:8080', true],
    ],
  )
  assert.is(found.hidden, 2)
})

explain('a rule that is not understood ends the way, and says so', async () => {
  const found = await explanation(
    one,
    rulesWith(rule('svc', '{"xt": {"type": "target", "name": "CLUSTERIP"}}')),
  )
  if (found?.kind !== 'paths') throw new Error('no paths')
  const [path] = found.paths
  assert.equal(path?.outcome, { kind: 'unknown', what: 'xt target CLUSTERIP' })
  assert.is(path?.asExpected, undefined)
  assert.is(path?.steps.at(-1)?.rule, 'xt target CLUSTERIP')
})

explain('refused and dropped packets are compared with what was promised', async () => {
  const reject = rulesWith(rule('svc', '{"reject": {"type": "icmp", "expr": "port-unreachable"}}'))
  const drop = rulesWith(rule('svc', '{"drop": null}'))
  const judged = async (of: Check, rules: string): Promise<unknown> => {
    const found = await explanation(of, rules)
    return found?.kind === 'paths' && found.paths[0]?.asExpected
  }
  assert.is(await judged(check(verdict('dropped')), drop), true)
  assert.is(await judged(check(verdict('dropped')), reject), false)
  assert.is(await judged(check(verdict('untouched')), drop), false)
  assert.is(await judged(check(verdict('untouched')), rulesWith()), true)
})

explain('a backend that should see the node and sees the client is not as promised', async () => {
  const found = await explanation(
    check(backends([1], true)),
    rulesWith(rule('svc', dnat('10.244.1.10'))),
  )
  assert.is(found?.kind === 'paths' && found.paths[0]?.asExpected, false)
})

explain('where two tables have a chain of one name its rules are told apart', async () => {
  const inOther = (object: string): string => object.replace('"table": "t"', '"table": "u"')
  const rules = rulesWith(
    rule('svc', '{"drop": null}'),
    '{"table": {"family": "ip", "name": "u", "handle": 9}}',
    inOther(chain('svc')),
    inOther(rule('svc', '{"return": null}')),
  )
  const found = await explanation(one, rules)
  assert.is(found?.kind === 'paths' && found.paths[0]?.steps.at(-1)?.rule, 'drop')
})

explain('what cannot be read is no reason to fail otherwise', async () => {
  const unread = await explanation(one, '{"nftables": [')
  assert.is(unread?.kind, 'unknown')
})

explain('rules of the family inet are walked too', async () => {
  const rules = rulesWith(rule('svc', '{"drop": null}')).replaceAll(
    '"family": "ip"',
    '"family": "inet"',
  )
  const found = await explanation(one, rules)
  assert.equal(found?.kind === 'paths' && found.paths[0]?.outcome, { kind: 'drop' })
})

explain('rules of iptables are walked as iptables-save prints them', async () => {
  const save = [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    '-A FORWARD -d 10.96.0.1/32 -m comment --comment "no way" -j DROP',
    'COMMIT',
  ].join('\n')
  const found = await explanation(one, save)
  if (found?.kind !== 'paths') throw new Error('no paths')
  const [path] = found.paths
  assert.equal(path?.outcome, { kind: 'drop' })
  assert.is(path?.steps.at(-1)?.rule, '-d 10.96.0.1/32 -m comment --comment "no way" -j DROP')
})

explain('rules of names that no compiler writes are made harmless', async () => {
  const odd = rulesWith(
    chain('a b'),
    rule('svc', '{"jump": {"target": "a b"}}'),
    rule('a b', '{"drop": null}'),
  )
  const found = await explanation(one, odd)
  assert.equal(found?.kind === 'paths' && found.paths[0]?.steps.slice(1).map(step => step.rule), [
    'jump a_b',
    'drop',
  ])
})

explain('no more than twenty failures are explained', async () => {
  const checks = Array.from({ length: 25 }, (_, i) => check(backends([1]), { number: i + 1 }))
  const found = await failures(checks, rulesWith())
  assert.is(found.filter(({ explanation: given }) => given !== undefined).length, 20)
})

explain('where all is well the rules are not listed', async () => {
  const world = fakeWorld(keeping([one]))
  await runChecks(world, [one], SETTINGS, () => undefined)
  assert.is(world.log.lists, 0)
})

explain('a failure tells where the port of its Service stands', async () => {
  const checks = [
    ofNobody(one),
    one,
    check(backends([1]), { port: portOf('sticky') }),
    check(backends([1]), { port: portOf('web', 'dns'), number: 53, protocol: 'udp' }),
  ]
  const found = await failures(checks, rulesWith())
  assert.equal(
    found.map(({ where }) => where && `${where.file}:${where.line}:${where.column}`),
    [undefined, 'shop.yaml:7:7', 'shop.yaml:17:11', 'shop.yaml:8:7'],
  )
})

explain.run()
