import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ACCEPT, DROP, goto, jump, RETURN } from '../../src/rules/build.js'
import type { Statement } from '../../src/rules/statement.js'
import type { TableFamily } from '../../src/rules/table.js'
import { IMPORTED, ruleWith, tableWith } from './listings.js'

// JSON as nft 1.0.6 and 1.1.3 print it; of these expressions they give the same.

const statements = suite('statements of a listing')

const statement = (json: string, family: TableFamily = 'ip'): Statement | undefined => {
  const rule = ruleWith([json], family)
  assert.is(rule.matches.length, 0)
  return rule.statements[0]
}

const DADDR = '{"payload": {"protocol": "ip", "field": "daddr"}}'
const DADDR6 = '{"payload": {"protocol": "ip6", "field": "daddr"}}'
const SADDR = '{"payload": {"protocol": "ip", "field": "saddr"}}'
const L4PROTO = '{"meta": {"key": "l4proto"}}'
const DPORT = '{"payload": {"protocol": "th", "field": "dport"}}'
const MARK = '{"meta": {"key": "mark"}}'
const numgen = (mod: number, mode = 'random', offset = 0): string =>
  `{"numgen": {"mode": "${mode}", "mod": ${mod}, "offset": ${offset}}}`
const SPORT = '{"payload": {"protocol": "tcp", "field": "sport"}}'
const jhash = (mod: number, seed: number | undefined, expr: string, more = ''): string =>
  `{"jhash": {"mod": ${mod}, ${seed === undefined ? '' : `"seed": ${seed}, `}"expr": ${expr}${more}}}`
const concat = (...parts: string[]): string => `{"concat": [${parts.join(', ')}]}`
const mangle = (value: string): string => `{"mangle": {"key": ${MARK}, "value": ${value}}}`
const vmap = (key: string, data: string): string => `{"vmap": {"key": ${key}, "data": ${data}}}`
const dnatMap = (key: string, data: string, family = 'ip'): string =>
  `{"dnat": {"family": "${family}", "addr": {"map": {"key": ${key}, "data": ${data}}}}}`
const A = '{"goto": {"target": "a"}}'
const B = '{"goto": {"target": "b"}}'

const bucket = <T>(from: number, to: number, value: T) => ({ from, to, value })

/** nft's words, their JSON, and what they are here. */
const KNOWN: readonly (readonly [string, string, Statement, TableFamily?])[] = [
  ['drop', '{"drop": null}', DROP],
  ['return', '{"return": null}', RETURN],
  ['jump b', '{"jump": {"target": "b"}}', jump('b')],
  ['goto b', B, goto('b')],
  ['reject', '{"reject": {"type": "icmp", "expr": "port-unreachable"}}', { kind: 'reject' }],
  [
    'reject of IPv6',
    '{"reject": {"type": "icmpv6", "expr": "port-unreachable"}}',
    { kind: 'reject' },
    'ip6',
  ],
  ['masquerade fully-random', '{"masquerade": {"flags": "fully-random"}}', { kind: 'masquerade' }],
  [
    'masquerade fully-random, flags in a list',
    '{"masquerade": {"flags": ["fully-random"]}}',
    { kind: 'masquerade' },
  ],
  ['mark set mark or', mangle(`{"|": [${MARK}, 2147483648]}`), { kind: 'mark-or', mark: 2 ** 31 }],
  ['mark set mark xor', mangle(`{"^": [${MARK}, 16384]}`), { kind: 'mark-xor', mark: 0x4000 }],
  [
    'ip daddr . meta l4proto . th dport vmap @map',
    vmap(concat(DADDR, L4PROTO, DPORT), '"@map"'),
    { kind: 'vmap', key: ['daddr', 'l4proto', 'dport'], map: 'map' },
  ],
  [
    'ip6 daddr . meta l4proto . th dport vmap @map',
    vmap(concat(DADDR6, L4PROTO, DPORT), '"@map"'),
    { kind: 'vmap', key: ['daddr', 'l4proto', 'dport'], map: 'map' },
    'ip6',
  ],
  [
    'numgen random mod 4 vmap { 0-2 : goto a, 3 : drop }',
    vmap(numgen(4), `{"set": [[{"range": [0, 2]}, ${A}], [3, {"drop": null}]]}`),
    {
      kind: 'vmap-random',
      choice: { modulus: 4, buckets: [bucket(0, 2, goto('a')), bucket(3, 3, DROP)] },
    },
  ],
  [
    'a choice whose elements come in another order',
    vmap(numgen(2), `{"set": [[1, ${A}], [0, ${B}]]}`),
    {
      kind: 'vmap-random',
      choice: { modulus: 2, buckets: [bucket(0, 0, goto('b')), bucket(1, 1, goto('a'))] },
    },
  ],
  [
    'dnat to 10.244.1.50:8443',
    '{"dnat": {"addr": "10.244.1.50", "port": 8443}}',
    { kind: 'dnat', to: { ip: '10.244.1.50', port: 8443 } },
  ],
  [
    'dnat to [fd00::1]:80',
    '{"dnat": {"addr": "fd00::1", "port": 80}}',
    { kind: 'dnat', to: { ip: 'fd00::1', port: 80 } },
    'ip6',
  ],
  [
    'dnat ip addr . port to numgen random mod 1 map { 0 : 10.20.1.8 . 8443 }',
    dnatMap(numgen(1), '{"set": [[0, {"concat": ["10.20.1.8", 8443]}]]}'),
    {
      kind: 'dnat-random',
      choice: { modulus: 1, buckets: [bucket(0, 0, { ip: '10.20.1.8', port: 8443 })] },
    },
  ],
  [
    'dnat ip to ip daddr . meta l4proto . th dport . numgen random mod 3 map @endpoints',
    dnatMap(concat(DADDR, L4PROTO, DPORT, numgen(3)), '"@endpoints"'),
    { kind: 'dnat-map', key: ['daddr', 'l4proto', 'dport'], modulus: 3, map: 'endpoints' },
  ],
  [
    'dnat ip6 to meta l4proto . th dport . numgen random mod 1 map @endpoints',
    dnatMap(concat(L4PROTO, DPORT, numgen(1)), '"@endpoints"', 'ip6'),
    { kind: 'dnat-map', key: ['l4proto', 'dport'], modulus: 1, map: 'endpoints' },
    'ip6',
  ],
  [
    'dnat ip addr . port to jhash ip saddr mod 61 seed 0x1 map { 0-59 : 10.20.1.8 . 8443, 60 : 10.20.1.9 . 1 }',
    dnatMap(
      jhash(61, 1, SADDR),
      '{"set": [[{"range": [0, 59]}, {"concat": ["10.20.1.8", 8443]}], [60, {"concat": ["10.20.1.9", 1]}]]}',
    ),
    {
      kind: 'dnat-hash',
      hash: { fields: ['saddr'], seed: 1 },
      choice: {
        modulus: 61,
        buckets: [
          bucket(0, 59, { ip: '10.20.1.8', port: 8443 }),
          bucket(60, 60, { ip: '10.20.1.9', port: 1 }),
        ],
      },
    },
  ],
  [
    'dnat ip to ip daddr . meta l4proto . th dport . jhash ip saddr . tcp sport mod 251 seed 0xffffffff map @endpoints',
    dnatMap(
      concat(DADDR, L4PROTO, DPORT, jhash(251, 2 ** 32 - 1, concat(SADDR, SPORT))),
      '"@endpoints"',
    ),
    {
      kind: 'dnat-hash-map',
      key: ['daddr', 'l4proto', 'dport'],
      hash: { fields: ['saddr', 'tcp-sport'], seed: 2 ** 32 - 1 },
      modulus: 251,
      map: 'endpoints',
    },
  ],
  [
    'update @clients { ip saddr }',
    `{"set": {"op": "update", "elem": ${SADDR}, "set": "@clients"}}`,
    { kind: 'update-set', key: ['saddr'], set: 'clients' },
  ],
  ['accept', '{"accept": null}', ACCEPT],
  ['counter', '{"counter": {"packets": 3, "bytes": 180}}', { kind: 'counter' }],
  ['counter name c', '{"counter": "c"}', { kind: 'counter', name: 'c' }],
  ['log', '{"log": null}', { kind: 'log' }],
  [
    'log prefix "x: " level info',
    '{"log": {"prefix": "x: ", "level": "info"}}',
    { kind: 'log', prefix: 'x: ', level: 'info' },
  ],
  [
    'reject with tcp reset',
    '{"reject": {"type": "tcp reset"}}',
    { kind: 'reject', answer: { type: 'tcp reset' } },
  ],
  [
    'reject with icmp host-prohibited',
    '{"reject": {"type": "icmp", "expr": "host-prohibited"}}',
    { kind: 'reject', answer: { type: 'icmp', code: 'host-prohibited' } },
  ],
  ['masquerade', '{"masquerade": null}', { kind: 'masquerade', flags: [] }],
  [
    'masquerade fully-random,persistent',
    '{"masquerade": {"flags": ["fully-random", "persistent"]}}',
    { kind: 'masquerade', flags: ['fully-random', 'persistent'] },
  ],
  ['mark set 1', mangle('1'), { kind: 'mark-set-to', of: 'packet', and: 0, or: 1 }],
  [
    'mark set mark and 1',
    mangle(`{"&": [${MARK}, 1]}`),
    { kind: 'mark-set-to', of: 'packet', from: 'packet', and: 1, or: 0 },
  ],
  [
    'mark set ct mark or 1',
    mangle('{"|": [{"ct": {"key": "mark"}}, 1]}'),
    { kind: 'mark-set-to', of: 'packet', from: 'connection', and: 2 ** 32 - 1, or: 1 },
  ],
  [
    'ct mark set mark and 255 or 256',
    `{"mangle": {"key": {"ct": {"key": "mark"}}, "value": {"|": [{"&": [${MARK}, 255]}, 256]}}}`,
    { kind: 'mark-set-to', of: 'connection', from: 'packet', and: 255, or: 256 },
  ],
  [
    'numgen random mod 1 vmap { 0 : accept }',
    vmap(numgen(1), '{"set": [[0, {"accept": null}]]}'),
    { kind: 'vmap-random', choice: { modulus: 1, buckets: [bucket(0, 0, ACCEPT)] } },
  ],
  [
    'ct state vmap { invalid : drop, new : jump a }',
    vmap(
      '{"ct": {"key": "state"}}',
      '{"set": [["invalid", {"drop": null}], ["new", {"jump": {"target": "a"}}]]}',
    ),
    {
      kind: 'vmap-cases',
      cases: [
        { match: { kind: 'ct-state', negate: false, states: ['invalid'] }, verdict: DROP },
        { match: { kind: 'ct-state', negate: false, states: ['new'] }, verdict: jump('a') },
      ],
    },
  ],
  [
    'ip saddr vmap { 1.2.3.4 : drop }',
    vmap(SADDR, '{"set": [["1.2.3.4", {"drop": null}]]}'),
    {
      kind: 'vmap-cases',
      cases: [
        {
          match: { kind: 'address', side: 'saddr', negate: false, cidr: '1.2.3.4' },
          verdict: DROP,
        },
      ],
    },
  ],
]

for (const [words, json, expected, family] of KNOWN) {
  statements(words, () => assert.equal(statement(json, family), expected))
}

/** Near misses of the vocabulary, and words of other people. */
const FOREIGN: Readonly<Record<string, string>> = {
  'log with a length': '{"log": {"prefix": "x", "snaplen": 20}}',
  'reject with a code of icmpx': '{"reject": {"type": "icmpx", "expr": "port-unreachable"}}',
  'mark set mark shifted': mangle(`{"<<": [${MARK}, 1]}`),
  'priority set 1': '{"mangle": {"key": {"meta": {"key": "priority"}}, "value": 1}}',
  'an anonymous vmap of something else': vmap(
    '{"meta": {"key": "pkttype"}}',
    '{"set": [["broadcast", {"drop": null}]]}',
  ),
  'an anonymous vmap of nothing': vmap(SADDR, '{"set": []}'),
  notrack: '{"notrack": null}',
  'drop with a value': '{"drop": {}}',
  continue: '{"continue": null}',
  'limit rate 5/second': '{"limit": {"rate": 5, "burst": 5, "per": "second"}}',
  'a match of iptables': '{"xt": null}',
  'reject of the other family': '{"reject": {"type": "icmpv6", "expr": "port-unreachable"}}',
  'masquerade to :1024-2000': '{"masquerade": {"port": {"range": [1024, 2000]}}}',
  'a choice with a gap': vmap(numgen(3), `{"set": [[0, ${A}], [2, ${B}]]}`),
  'a choice that ends early': vmap(numgen(3), `{"set": [[0, ${A}], [1, ${B}]]}`),
  'a choice that goes too far': vmap(numgen(1), `{"set": [[0, ${A}], [1, ${B}]]}`),
  'a choice of one number twice': vmap(
    numgen(2),
    `{"set": [[{"range": [0, 1]}, ${A}], [1, ${B}]]}`,
  ),
  'a range that runs backwards': vmap(numgen(1), `{"set": [[{"range": [0, -1]}, ${A}]]}`),
  'numgen inc': vmap(numgen(1, 'inc'), `{"set": [[0, ${A}]]}`),
  'numgen with an offset': vmap(numgen(1, 'random', 1), `{"set": [[0, ${A}]]}`),
  'a choice of nothing': vmap(numgen(0), '{"set": []}'),
  'vmap with a map to endpoints': vmap(concat(DADDR, L4PROTO, DPORT), '"@endpoints"'),
  'vmap with a foreign key': vmap('{"meta": {"key": "mark"}}', '"@map"'),
  'dnat to 1.2.3.4': '{"dnat": {"addr": "1.2.3.4"}}',
  'dnat to 1.2.3.4:80-90': '{"dnat": {"addr": "1.2.3.4", "port": {"range": [80, 90]}}}',
  'dnat to 1.2.3.4:80 random': '{"dnat": {"addr": "1.2.3.4", "port": 80, "flags": "random"}}',
  'dnat to :80': '{"dnat": {"port": 80}}',
  'dnat of the other family': '{"dnat": {"family": "ip6", "addr": "1.2.3.4", "port": 80}}',
  'dnat to a map and a port': dnatMap(
    numgen(1),
    '{"set": [[0, {"concat": ["1.2.3.4", 80]}]]}',
  ).replace('"addr"', '"port": 80, "addr"'),
  'dnat to numgen inc': dnatMap(numgen(1, 'inc'), '{"set": [[0, {"concat": ["1.2.3.4", 80]}]]}'),
  'dnat to addresses without ports': dnatMap(numgen(1), '{"set": [[0, "1.2.3.4"]]}'),
  'dnat by a map without a random number': dnatMap(concat(DADDR, DPORT), '"@endpoints"'),
  'dnat by a verdict map': dnatMap(concat(DADDR, L4PROTO, DPORT, numgen(2)), '"@map"'),
  'snat to 1.2.3.4': '{"snat": {"addr": "1.2.3.4"}}',
  'add @clients { ip saddr }': `{"set": {"op": "add", "elem": ${SADDR}, "set": "@clients"}}`,
  'update with a timeout': `{"set": {"op": "update", "elem": {"elem": {"val": ${SADDR}, "timeout": 9}}, "set": "@clients"}}`,
  'update with a counter': `{"set": {"op": "update", "elem": ${SADDR}, "set": "@clients", "stmt": [{"counter": null}]}}`,
  'a hash with a random seed': dnatMap(concat(DADDR, jhash(61, undefined, SADDR)), '"@endpoints"'),
  'a hash with an offset': dnatMap(
    concat(DADDR, jhash(61, 1, SADDR, ', "offset": 1')),
    '"@endpoints"',
  ),
  'a hash of a protocol': dnatMap(concat(DADDR, jhash(61, 1, L4PROTO)), '"@endpoints"'),
  'a hash of the mark': dnatMap(concat(DADDR, jhash(61, 1, MARK)), '"@endpoints"'),
  'update of a foreign set': `{"set": {"op": "update", "elem": ${SADDR}, "set": "@theirs"}}`,
}

for (const [words, json] of Object.entries(FOREIGN)) {
  statements(`foreign: ${words}`, () => {
    const found = statement(json)
    assert.is(found?.kind, 'foreign')
    assert.equal(found?.kind === 'foreign' && JSON.parse(found.json), JSON.parse(json))
  })
}

statements('a rule has its tests, its actions in their order, its comment and no origin', () => {
  const head = '"family": "ip", "table": "t"'
  const state = '{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": "new"}}'
  const { chains } = tableWith([
    `{"chain": {${head}, "name": "a", "handle": 1}}`,
    `{"rule": {${head}, "chain": "a", "handle": 2, "comment": "why \\"so\\"", "expr": [${state}, ${mangle(`{"^": [${MARK}, 1]}`)}, {"drop": null}]}}`,
  ])
  assert.equal(chains[0]?.rules, [
    {
      matches: [{ kind: 'ct-state-new' }],
      statements: [{ kind: 'mark-xor', mark: 1 }, DROP],
      comment: 'why "so"',
      origin: IMPORTED,
    },
  ])
})

statements('a test behind an action keeps its place', () => {
  const protocol = `{"match": {"op": "==", "left": ${L4PROTO}, "right": "tcp"}}`
  const counter = '{"counter": {"packets": 3, "bytes": 180}}'
  const strange = '{"match": {"op": "==", "left": {"meta": {"key": "skuid"}}, "right": 0}}'
  const rule = ruleWith([protocol, counter, protocol, strange, '{"drop": null}'])
  const tcp = { kind: 'protocol', protocol: 'tcp' } as const
  assert.equal(rule.matches, [tcp])
  assert.equal(rule.statements, [
    { kind: 'counter' },
    { kind: 'match', match: tcp },
    {
      kind: 'foreign',
      json: '{"match":{"left":{"meta":{"key":"skuid"}},"op":"==","right":0}}',
    },
    DROP,
  ])
})

statements.run()
