import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ACCEPT, DROP, goto, jump, RETURN, rule } from '../../src/rules/build.js'
import type { Match } from '../../src/rules/match.js'
import type { Statement, Verdict } from '../../src/rules/statement.js'
import type { TableFamily } from '../../src/rules/table.js'
import { ruleText, verdictText } from '../../src/text/nft.js'

const rules = suite('rules in the words of nft')

const text = (
  matches: readonly Match[],
  statements: readonly Statement[],
  family: TableFamily = 'ip',
  comment?: string,
) => ruleText(family, rule(matches, statements, { concern: 'base' }, comment))

const address = (negate: boolean, cidr: string): Match => ({
  kind: 'address',
  side: 'saddr',
  negate,
  cidr,
})
const among = (negate: boolean, ...cidrs: string[]): Match => ({
  kind: 'address-in',
  side: 'daddr',
  negate,
  cidrs,
})
const iif = (prefix: boolean, negate: boolean): Match => ({
  kind: 'interface',
  name: 'cni0',
  prefix,
  negate,
})
const HASH = { fields: ['saddr'], seed: 1 } as const
const DESTINATION = ['daddr', 'l4proto', 'dport'] as const
const key = (family: TableFamily) => `${family} daddr . meta l4proto . th dport`

/** By kind, so that a new one asks for its case here. */
const MATCHES: {
  readonly [kind in Exclude<Match['kind'], 'foreign'>]: readonly [Match, string][]
} = {
  address: [
    [address(false, '10.0.0.0/8'), 'ip saddr 10.0.0.0/8'],
    [address(true, '10.0.0.0/8'), 'ip saddr != 10.0.0.0/8'],
  ],
  'address-in': [
    [among(false, '10.0.0.0/8'), 'ip daddr { 10.0.0.0/8 }'],
    [among(true, '10.0.0.0/8', '192.0.2.1'), 'ip daddr != { 10.0.0.0/8, 192.0.2.1 }'],
  ],
  'in-set': [
    [{ kind: 'in-set', key: ['daddr'], set: 's' }, 'ip daddr @s'],
    [{ kind: 'in-set', key: ['saddr'], set: 's', negate: true }, 'ip saddr != @s'],
    [{ kind: 'in-set', key: DESTINATION, set: 's' }, `${key('ip')} @s`],
  ],
  local: [
    [{ kind: 'local', side: 'saddr' }, 'fib saddr type local'],
    [{ kind: 'local', side: 'daddr' }, 'fib daddr type local'],
    [{ kind: 'local', side: 'daddr', negate: true }, 'fib daddr type != local'],
  ],
  interface: [
    [iif(false, false), 'iifname "cni0"'],
    [iif(true, false), 'iifname "cni0*"'],
    [iif(false, true), 'iifname != "cni0"'],
    [iif(true, true), 'iifname != "cni0*"'],
  ],
  protocol: [[{ kind: 'protocol', protocol: 'sctp' }, 'meta l4proto sctp']],
  'ct-state-new': [[{ kind: 'ct-state-new' }, 'ct state new']],
  'ct-status-dnat': [[{ kind: 'ct-status-dnat' }, 'ct status dnat']],
  'mark-set': [[{ kind: 'mark-set', mark: 0x4000 }, 'mark and 0x004000 != 0']],
  'mark-unset': [[{ kind: 'mark-unset', mark: 0x4000 }, 'mark and 0x004000 == 0']],
  port: [
    [
      {
        kind: 'port',
        protocol: 'tcp',
        negate: true,
        ranges: [
          { from: 22, to: 22 },
          { from: 80, to: 90 },
        ],
      },
      'tcp dport != { 22, 80-90 }',
    ],
    [{ kind: 'port', protocol: 'th', negate: false, ranges: [{ from: 1, to: 9 }] }, 'th dport 1-9'],
  ],
  'protocol-in': [
    [
      { kind: 'protocol-in', header: false, negate: false, protocols: ['tcp', 'icmp'] },
      'meta l4proto { tcp, icmp }',
    ],
    [
      { kind: 'protocol-in', header: false, negate: true, protocols: ['udp'] },
      'meta l4proto != udp',
    ],
  ],
  'interface-in': [
    [
      { kind: 'interface-in', side: 'oifname', negate: true, names: ['lo', 'veth*'] },
      'oifname != { "lo", "veth*" }',
    ],
    [{ kind: 'interface-in', side: 'iif', negate: false, names: ['lo'] }, 'iif "lo"'],
  ],
  'ct-state': [
    [
      { kind: 'ct-state', negate: false, states: ['established', 'related'] },
      'ct state established,related',
    ],
    [
      { kind: 'ct-state', negate: true, states: ['new', 'invalid'] },
      'ct state != { new, invalid }',
    ],
  ],
  'mark-is': [
    [{ kind: 'mark-is', of: 'packet', negate: false, value: 16 }, 'meta mark 0x000010'],
    [
      { kind: 'mark-is', of: 'connection', negate: true, mask: 255, value: 0 },
      'ct mark and 0x0000ff != 0x000000',
    ],
  ],
  family: [[{ kind: 'family', family: 'ipv6', negate: false }, 'meta nfproto ipv6']],
}

for (const [match, ip] of Object.values(MATCHES).flat()) {
  rules(`${match.kind}: ${ip}`, () => {
    assert.is(text([match], [DROP]), `${ip} drop`)
    assert.is(text([match], [DROP], 'ip6'), `${ip.replace(/\bip (?=[sd]addr)/, 'ip6 ')} drop`)
  })
}

const spread = <T>(...values: T[]) => ({
  modulus: values.length,
  buckets: values.map((value, i) => ({ from: i, to: i, value })),
})
const V4 = { ip: '10.0.0.1', port: 80 }
const V6 = { ip: 'fd00::1', port: 80 }

const STATEMENTS: {
  readonly [kind in Exclude<Statement['kind'], 'foreign'>]: readonly [Statement, string][]
} = {
  drop: [[DROP, 'drop']],
  return: [[RETURN, 'return']],
  jump: [[jump('a'), 'jump a']],
  goto: [[goto('a/b..c'), 'goto a/b..c']],
  accept: [[ACCEPT, 'accept']],
  reject: [
    [{ kind: 'reject' }, 'reject'],
    [{ kind: 'reject', answer: { type: 'tcp reset' } }, 'reject with tcp reset'],
    [
      { kind: 'reject', answer: { type: 'icmp', code: 'host-prohibited' } },
      'reject with icmp host-prohibited',
    ],
  ],
  masquerade: [
    [{ kind: 'masquerade' }, 'masquerade fully-random'],
    [{ kind: 'masquerade', flags: [] }, 'masquerade'],
    [{ kind: 'masquerade', flags: ['random', 'persistent'] }, 'masquerade random,persistent'],
  ],
  'mark-or': [
    [{ kind: 'mark-or', mark: 0x4000 }, 'mark set mark or 0x004000'],
    [{ kind: 'mark-or', mark: 2 ** 31 }, 'mark set mark or 0x80000000'],
  ],
  'mark-xor': [[{ kind: 'mark-xor', mark: 1 }, 'mark set mark xor 0x000001']],
  vmap: [
    [{ kind: 'vmap', key: ['l4proto', 'dport'], map: 'm' }, 'meta l4proto . th dport vmap @m'],
    [{ kind: 'vmap', key: DESTINATION, map: 'm' }, `${key('ip')} vmap @m`],
  ],
  dnat: [[{ kind: 'dnat', to: V4 }, 'dnat to 10.0.0.1:80']],
  'dnat-random': [
    [
      { kind: 'dnat-random', choice: spread(V4, { ip: '10.0.0.2', port: 81 }) },
      'dnat ip addr . port to numgen random mod 2 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 81 }',
    ],
  ],
  'dnat-map': [
    [
      { kind: 'dnat-map', key: DESTINATION, modulus: 3, map: 'm' },
      `dnat ip to ${key('ip')} . numgen random mod 3 map @m`,
    ],
  ],
  'dnat-hash': [
    [
      {
        kind: 'dnat-hash',
        hash: { fields: ['saddr'], seed: 0x6b756265 },
        choice: spread(V4, { ip: '10.0.0.2', port: 81 }),
      },
      'dnat ip addr . port to jhash ip saddr mod 2 seed 0x6b756265 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 81 }',
    ],
  ],
  'dnat-hash-map': [
    [
      {
        kind: 'dnat-hash-map',
        key: ['daddr', 'udp-dport'],
        hash: { fields: ['saddr', 'udp-sport'], seed: 0 },
        modulus: 61,
        map: 'm',
      },
      'dnat ip to ip daddr . udp dport . jhash ip saddr . udp sport mod 61 seed 0x0 map @m',
    ],
  ],
  'vmap-random': [
    [
      { kind: 'vmap-random', choice: spread<Verdict>(goto('a'), DROP) },
      'numgen random mod 2 vmap { 0 : goto a, 1 : drop }',
    ],
  ],
  'update-set': [[{ kind: 'update-set', key: ['saddr'], set: 's' }, 'update @s { ip saddr }']],
  match: [[{ kind: 'match', match: { kind: 'protocol', protocol: 'tcp' } }, 'meta l4proto tcp']],
  counter: [
    [{ kind: 'counter' }, 'counter'],
    [{ kind: 'counter', name: 'c' }, 'counter name c'],
  ],
  log: [
    [{ kind: 'log' }, 'log'],
    [{ kind: 'log', prefix: 'x: ', level: 'info' }, 'log prefix "x: " level info'],
    [{ kind: 'log', group: 2 }, 'log group 2'],
  ],
  'mark-set-to': [
    [{ kind: 'mark-set-to', of: 'connection', and: 0, or: 1 }, 'ct mark set 0x000001'],
    [
      { kind: 'mark-set-to', of: 'packet', from: 'connection', and: 2 ** 32 - 1, or: 0 },
      'meta mark set ct mark',
    ],
    [
      { kind: 'mark-set-to', of: 'packet', from: 'packet', and: 255, or: 256 },
      'meta mark set meta mark and 0x0000ff or 0x000100',
    ],
  ],
  'vmap-cases': [
    [
      {
        kind: 'vmap-cases',
        cases: [
          { match: { kind: 'ct-state-new' }, verdict: goto('a') },
          { match: { kind: 'ct-state', negate: false, states: ['invalid'] }, verdict: DROP },
        ],
      },
      'ct state vmap { new : goto a, invalid : drop }',
    ],
  ],
}

for (const [statement, ip] of Object.values(STATEMENTS).flat()) {
  rules(`${statement.kind}: ${ip}`, () => assert.is(text([], [statement]), ip))
}

rules('statements of ip6 name their family, and sockets have brackets', () => {
  const in6 = (statement: Statement) => text([], [statement], 'ip6')
  assert.is(in6({ kind: 'dnat', to: V6 }), 'dnat to [fd00::1]:80')
  assert.is(
    in6({ kind: 'dnat-random', choice: spread(V6) }),
    'dnat ip6 addr . port to numgen random mod 1 map { 0 : fd00::1 . 80 }',
  )
  assert.is(in6({ kind: 'vmap', key: DESTINATION, map: 'm' }), `${key('ip6')} vmap @m`)
  assert.is(
    in6({ kind: 'dnat-map', key: ['daddr'], modulus: 2, map: 'm' }),
    'dnat ip6 to ip6 daddr . numgen random mod 2 map @m',
  )
  const hash = { fields: ['saddr', 'tcp-sport'], seed: 1 } as const
  assert.is(
    in6({ kind: 'dnat-hash', hash, choice: spread(V6, V6) }),
    'dnat ip6 addr . port to jhash ip6 saddr . tcp sport mod 2 seed 0x1 map { 0 : fd00::1 . 80, 1 : fd00::1 . 80 }',
  )
  assert.is(in6({ kind: 'update-set', key: ['saddr'], set: 's' }), 'update @s { ip6 saddr }')
})

rules('a stretch of several numbers is a range', () => {
  const buckets = [
    { from: 0, to: 2, value: goto('a') },
    { from: 3, to: 3, value: goto('b') },
  ]
  assert.is(
    text([], [{ kind: 'vmap-random', choice: { modulus: 4, buckets } }]),
    'numgen random mod 4 vmap { 0-2 : goto a, 3 : goto b }',
  )
})

rules('matches come before statements, and the comment last', () => {
  const matches: Match[] = [{ kind: 'ct-state-new' }, { kind: 'local', side: 'saddr' }]
  assert.is(
    text(matches, [{ kind: 'mark-or', mark: 1 }, DROP], 'ip', 'why it is here'),
    'ct state new fib saddr type local mark set mark or 0x000001 drop comment "why it is here"',
  )
})

rules('foreign text that is not fit for a rule throws, in every place that takes text', () => {
  const bad = 'x"; flush ruleset'
  const hostile: readonly [readonly Match[], readonly Statement[], string?][] = [
    [[address(false, bad)], []],
    [[among(false, bad)], []],
    [[{ kind: 'in-set', key: [], set: bad }], []],
    [[{ ...iif(false, false), name: bad } as Match], []],
    [[], [jump(bad)]],
    [[], [{ kind: 'vmap', key: [], map: bad }]],
    [[], [{ kind: 'dnat-map', key: [], modulus: 2, map: bad }]],
    [[], [{ kind: 'dnat', to: { ip: bad, port: 80 } }]],
    [[], [{ kind: 'dnat-random', choice: spread({ ip: bad, port: 80 }) }]],
    [[], [{ kind: 'vmap-random', choice: spread(goto(bad)) }]],
    [[], [{ kind: 'dnat-hash-map', key: [], hash: HASH, modulus: 2, map: bad }]],
    [[], [{ kind: 'dnat-hash', hash: HASH, choice: spread({ ip: bad, port: 80 }) }]],
    [[], [{ kind: 'update-set', key: [], set: bad }]],
    [[], [], bad],
  ]
  for (const [matches, statements, comment] of hostile) {
    assert.throws(() => text(matches, statements, 'ip', comment), /not fit for a rule/)
  }
})

rules('the header field of a protocol is that of the family', () => {
  const match: Match = { kind: 'protocol-in', header: true, negate: false, protocols: ['tcp'] }
  assert.is(text([match], [DROP]), 'ip protocol tcp drop')
  assert.is(text([match], [DROP], 'ip6'), 'ip6 nexthdr tcp drop')
})

rules('expressions of other people are never written', () => {
  const foreign = { kind: 'foreign', json: '{"drop":null}' } as const
  assert.throws(() => text([foreign], []), /internal error/)
  assert.throws(() => text([], [foreign]), /internal error/)
})

rules('a verdict alone is the value of an element', () => {
  const verdicts = [DROP, RETURN, jump('a'), goto('b')]
  assert.equal(verdicts.map(verdictText), ['drop', 'return', 'jump a', 'goto b'])
})

rules.run()
