import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Match } from '../../src/rules/match.js'
import type { TableFamily } from '../../src/rules/table.js'
import { ruleWith } from './listings.js'

// JSON as nft 1.0.6 and 1.1.3 print it; where they differ, both.

const matches = suite('matches of a listing')

const match = (json: string, family: TableFamily = 'ip'): Match | undefined => {
  const rule = ruleWith([`{"match": {${json}}}`], family)
  assert.is(rule.statements.length, 0)
  return rule.matches[0]
}
const test = (op: string, left: string, right: string): string =>
  `"op": "${op}", "left": ${left}, "right": ${right}`

const SADDR = '{"payload": {"protocol": "ip", "field": "saddr"}}'
const SADDR6 = '{"payload": {"protocol": "ip6", "field": "saddr"}}'
const DADDR = '{"payload": {"protocol": "ip", "field": "daddr"}}'
const L4PROTO = '{"meta": {"key": "l4proto"}}'
const DPORT = '{"payload": {"protocol": "th", "field": "dport"}}'
const MARK = '{"meta": {"key": "mark"}}'
const IIFNAME = '{"meta": {"key": "iifname"}}'
const port = (protocol: string): string =>
  `{"payload": {"protocol": "${protocol}", "field": "dport"}}`
const STATE = '{"ct": {"key": "state"}}'
const STATUS = '{"ct": {"key": "status"}}'
const fib = (flags: string): string => `{"fib": {"result": "type", "flags": ${flags}}}`
const prefix = (addr: string, len: number): string => `{"prefix": {"addr": ${addr}, "len": ${len}}}`

const address = (negate: boolean, cidr: string, side: 'saddr' | 'daddr' = 'saddr'): Match => ({
  kind: 'address',
  side,
  negate,
  cidr,
})
const among = (...cidrs: string[]): Match => ({
  kind: 'address-in',
  side: 'saddr',
  negate: false,
  cidrs,
})

/** nft's words, their JSON, and what they are here. */
const KNOWN: readonly (readonly [string, string, Match, TableFamily?])[] = [
  ['ip saddr 1.2.3.4', test('==', SADDR, '"1.2.3.4"'), address(false, '1.2.3.4')],
  [
    'ip daddr != 127.0.0.0/8',
    test('!=', DADDR, prefix('"127.0.0.0"', 8)),
    address(true, '127.0.0.0/8', 'daddr'),
  ],
  ['ip saddr 0.0.0.0/0', test('==', SADDR, prefix('"0.0.0.0"', 0)), address(false, '0.0.0.0/0')],
  ['ip saddr 1.2.3.4/32', test('==', SADDR, prefix('"1.2.3.4"', 32)), address(false, '1.2.3.4')],
  ['ip6 saddr fd00::1', test('==', SADDR6, '"fd00::1"'), address(false, 'fd00::1'), 'ip6'],
  ['ip6 saddr ::1.2.3.4', test('==', SADDR6, '"::1.2.3.4"'), address(false, '::102:304'), 'ip6'],
  [
    'ip6 saddr != fd00:10:244::/56',
    test('!=', SADDR6, prefix('"fd00:10:244::"', 56)),
    address(true, 'fd00:10:244::/56'),
    'ip6',
  ],
  [
    'ip saddr { 1.2.3.4, 1.2.3.6 }',
    test('==', SADDR, '{"set": ["1.2.3.4", "1.2.3.6"]}'),
    among('1.2.3.4', '1.2.3.6'),
  ],
  [
    'ip saddr { 10.0.0.0/25, 10.0.0.128/26, 1.2.3.4 }',
    test('==', SADDR, '{"set": ["1.2.3.4", {"range": ["10.0.0.0", "10.0.0.191"]}]}'),
    among('1.2.3.4', '10.0.0.0/25', '10.0.0.128/26'),
  ],
  [
    'ip saddr { 10.0.0.0/25, 10.0.0.128/25 }',
    test('==', SADDR, `{"set": [${prefix('"10.0.0.0"', 24)}]}`),
    address(false, '10.0.0.0/24'),
  ],
  [
    'ip saddr 1.2.3.4-1.2.3.9',
    test('==', SADDR, '{"range": ["1.2.3.4", "1.2.3.9"]}'),
    among('1.2.3.4/30', '1.2.3.8/31'),
  ],
  ['ip saddr @set', test('==', SADDR, '"@set"'), { kind: 'in-set', key: ['saddr'], set: 'set' }],
  [
    'ip daddr . meta l4proto . th dport . ip saddr != @set',
    test('!=', `{"concat": [${DADDR}, ${L4PROTO}, ${DPORT}, ${SADDR}]}`, '"@set"'),
    { kind: 'in-set', key: ['daddr', 'l4proto', 'dport', 'saddr'], set: 'set', negate: true },
  ],
  [
    'fib saddr type local',
    test('==', fib('["saddr"]'), '"local"'),
    { kind: 'local', side: 'saddr' },
  ],
  [
    'fib daddr type local, one flag without a list',
    test('==', fib('"daddr"'), '"local"'),
    { kind: 'local', side: 'daddr' },
  ],
  [
    'iifname "cni0"',
    test('==', IIFNAME, '"cni0"'),
    { kind: 'interface', name: 'cni0', prefix: false, negate: false },
  ],
  [
    'iifname != "veth*"',
    test('!=', IIFNAME, '"veth*"'),
    { kind: 'interface', name: 'veth', prefix: true, negate: true },
  ],
  ['meta l4proto tcp', test('==', L4PROTO, '"tcp"'), { kind: 'protocol', protocol: 'tcp' }],
  [
    'meta l4proto sctp, without /etc/protocols',
    test('==', L4PROTO, '132'),
    { kind: 'protocol', protocol: 'sctp' },
  ],
  ['ct state new', test('in', STATE, '"new"'), { kind: 'ct-state-new' }],
  ['ct status dnat', test('in', STATUS, '"dnat"'), { kind: 'ct-status-dnat' }],
  [
    'mark and 0x4000 != 0',
    test('!=', `{"&": [${MARK}, 16384]}`, '0'),
    { kind: 'mark-set', mark: 0x4000 },
  ],
  [
    'mark and 0x4000 == 0',
    test('==', `{"&": [${MARK}, 16384]}`, '0'),
    { kind: 'mark-unset', mark: 0x4000 },
  ],
  [
    'mark and 0x80000000 != 0 (1.1.3)',
    test('!=', `{"&": [${MARK}, 2147483648]}`, '0'),
    { kind: 'mark-set', mark: 2 ** 31 },
  ],
  [
    'mark and 0x80000000 != 0 (1.0.6)',
    test('!=', MARK, prefix('0', 1)),
    { kind: 'mark-set', mark: 2 ** 31 },
  ],
  [
    'mark and 0xffff0000 == 0 (1.0.6)',
    test('==', MARK, prefix('0', 16)),
    { kind: 'mark-unset', mark: 0xffff0000 },
  ],
  [
    'fib daddr type != local',
    test('!=', fib('["daddr"]'), '"local"'),
    { kind: 'local', side: 'daddr', negate: true },
  ],
  [
    'tcp dport 80',
    test('==', port('tcp'), '80'),
    { kind: 'port', protocol: 'tcp', negate: false, ranges: [{ from: 80, to: 80 }] },
  ],
  [
    'udp dport != { 22, 8000-9000 }',
    test('!=', port('udp'), '{"set": [22, {"range": [8000, 9000]}]}'),
    {
      kind: 'port',
      protocol: 'udp',
      negate: true,
      ranges: [
        { from: 22, to: 22 },
        { from: 8000, to: 9000 },
      ],
    },
  ],
  [
    'th dport 53',
    test('==', DPORT, '53'),
    { kind: 'port', protocol: 'th', negate: false, ranges: [{ from: 53, to: 53 }] },
  ],
  [
    'tcp dport @set',
    test('==', port('tcp'), '"@set"'),
    { kind: 'in-set', key: ['tcp-dport'], set: 'set' },
  ],
  [
    'meta l4proto != tcp',
    test('!=', L4PROTO, '"tcp"'),
    { kind: 'protocol-in', header: false, negate: true, protocols: ['tcp'] },
  ],
  [
    'meta l4proto { icmp, 58, 6, 112 }, without /etc/protocols',
    test('==', L4PROTO, '{"set": ["icmp", 58, 6, 112]}'),
    {
      kind: 'protocol-in',
      header: false,
      negate: false,
      protocols: ['icmp', 'ipv6-icmp', 'tcp', '112'],
    },
  ],
  [
    'ip protocol tcp',
    test('==', '{"payload": {"protocol": "ip", "field": "protocol"}}', '"tcp"'),
    { kind: 'protocol-in', header: true, negate: false, protocols: ['tcp'] },
  ],
  [
    'ip6 nexthdr icmpv6',
    test('==', '{"payload": {"protocol": "ip6", "field": "nexthdr"}}', '"ipv6-icmp"'),
    { kind: 'protocol-in', header: true, negate: false, protocols: ['ipv6-icmp'] },
    'ip6',
  ],
  [
    'iif "lo"',
    test('==', '{"meta": {"key": "iif"}}', '"lo"'),
    { kind: 'interface-in', side: 'iif', negate: false, names: ['lo'] },
  ],
  [
    'iifname { "eth0", "veth*" }',
    test('==', IIFNAME, '{"set": ["eth0", "veth*"]}'),
    { kind: 'interface-in', side: 'iifname', negate: false, names: ['eth0', 'veth*'] },
  ],
  [
    'oifname != "cni0"',
    test('!=', '{"meta": {"key": "oifname"}}', '"cni0"'),
    { kind: 'interface-in', side: 'oifname', negate: true, names: ['cni0'] },
  ],
  [
    'ct state established,related',
    test('in', STATE, '["established", "related"]'),
    { kind: 'ct-state', negate: false, states: ['established', 'related'] },
  ],
  [
    'ct state { established, related }',
    test('==', STATE, '{"set": ["established", "related"]}'),
    { kind: 'ct-state', negate: false, states: ['established', 'related'] },
  ],
  [
    'ct state != new',
    test('!=', STATE, '"new"'),
    { kind: 'ct-state', negate: true, states: ['new'] },
  ],
  [
    'meta mark 0x10',
    test('==', MARK, '16'),
    { kind: 'mark-is', of: 'packet', negate: false, value: 16 },
  ],
  [
    'mark and 0x4000 == 0x4000',
    test('==', `{"&": [${MARK}, 16384]}`, '16384'),
    { kind: 'mark-is', of: 'packet', negate: false, mask: 16384, value: 16384 },
  ],
  [
    'ct mark and 0x4000 != 0',
    test('!=', '{"&": [{"ct": {"key": "mark"}}, 16384]}', '0'),
    { kind: 'mark-is', of: 'connection', negate: true, mask: 16384, value: 0 },
  ],
  [
    'ct mark != 1',
    test('!=', '{"ct": {"key": "mark"}}', '1'),
    { kind: 'mark-is', of: 'connection', negate: true, value: 1 },
  ],
  [
    'meta nfproto ipv4',
    test('==', '{"meta": {"key": "nfproto"}}', '"ipv4"'),
    { kind: 'family', family: 'ipv4', negate: false },
  ],
]

for (const [words, json, expected, family] of KNOWN) {
  matches(words, () => assert.equal(match(json, family), expected))
}

/** Near misses of the vocabulary, and words of other people. */
const FOREIGN: Readonly<Record<string, string>> = {
  'tcp sport 80': test('==', '{"payload": {"protocol": "tcp", "field": "sport"}}', '80'),
  'tcp dport < 80': test('<', port('tcp'), '80'),
  'tcp dport 80-70': test('==', port('tcp'), '{"range": [80, 70]}'),
  'tcp dport { }': test('==', port('tcp'), '{"set": []}'),
  'ip ttl 1': test('==', '{"payload": {"protocol": "ip", "field": "ttl"}}', '1'),
  'ip6 nexthdr in IPv4': test(
    '==',
    '{"payload": {"protocol": "ip6", "field": "nexthdr"}}',
    '"tcp"',
  ),
  'icmp type echo-request': test(
    '==',
    '{"payload": {"protocol": "icmp", "field": "type"}}',
    '"echo-request"',
  ),
  'ct state == established,related': test('==', STATE, '["established", "related"]'),
  'ct state != established,related': test('!=', STATE, '["established", "related"]'),
  'ct direction original': test('==', '{"ct": {"key": "direction"}}', '"original"'),
  'iif 7, an interface that is gone': test('==', '{"meta": {"key": "iif"}}', '7'),
  'iif "veth*"': test('==', '{"meta": {"key": "iif"}}', '"veth*"'),
  'meta pkttype broadcast': test('==', '{"meta": {"key": "pkttype"}}', '"broadcast"'),
  'meta mark { 1, 2 }': test('==', MARK, '{"set": [1, 2]}'),
  'meta l4proto 256': test('==', L4PROTO, '256'),
  'ip saddr < 10.0.0.0': test('<', SADDR, '"10.0.0.0"'),
  'an address of the other family': test('==', SADDR6, '"fd00::1"'),
  'a name instead of an address': test('==', SADDR, '"localhost"'),
  'an address with leading zeros': test('==', SADDR, '"010.0.0.1"'),
  'two addresses that are one': test('==', `{"concat": [${SADDR}, ${DADDR}]}`, '"1.2.3.4"'),
  'a number of bits that no address has': test('==', SADDR, prefix('"10.0.0.0"', 33)),
  'a range that runs backwards': test('==', SADDR, '{"range": ["1.2.3.9", "1.2.3.4"]}'),
  'an empty set': test('==', SADDR, '{"set": []}'),
  'a set with something else in it': test('==', SADDR, '{"set": ["1.2.3.4", "@set"]}'),
  'ip saddr @theirs': test('==', SADDR, '"@theirs"'),
  'ip saddr @map, a map': test('==', SADDR, '"@map"'),
  'meta mark @set': test('==', MARK, '"@set"'),
  'fib daddr . iif type local': test('==', fib('["daddr", "iif"]'), '"local"'),
  'fib daddr type { local, broadcast }': test('==', fib('["daddr"]'), '{"set": ["local"]}'),
  'iifname "ve\\*", a star that is none': test('==', IIFNAME, '"ve\\\\*"'),
  'iifname "@set"': test('==', IIFNAME, '"@set"'),
  'ct status != dnat': test('!=', STATUS, '"dnat"'),
  'mark and 1 and 2 == 0': test('==', `{"&": [${MARK}, 1, 2]}`, '0'),
  'a part that nft does not have': `${test('==', SADDR, '"1.2.3.4"')}, "unknown": 1`,
  'no right-hand side': '"op": "==", "left": {"meta": {"key": "mark"}}',
}

for (const [words, json] of Object.entries(FOREIGN)) {
  matches(`foreign: ${words}`, () => {
    const found = match(json)
    assert.is(found?.kind, 'foreign')
    const expression = found?.kind === 'foreign' ? JSON.parse(found.json) : undefined
    assert.equal(expression, JSON.parse(`{"match": {${json}}}`))
  })
}

matches('an address of IPv4 in an IPv6 header is foreign', () => {
  assert.is(match(test('==', SADDR6, '"::ffff:1.2.3.4"'), 'ip6')?.kind, 'foreign')
  const mapped = `{"set": [${prefix('"::ffff:0.0.0.0"', 96)}, ${prefix('"fd00::"', 8)}]}`
  assert.is(match(test('==', SADDR6, mapped), 'ip6')?.kind, 'foreign')
})

matches('a foreign expression tells whose packets alone it can match', () => {
  const needs = (json: string, family?: TableFamily) => {
    const {
      kind: _,
      json: __,
      ...rest
    } = match(json, family) as Extract<Match, { kind: 'foreign' }>
    return rest
  }
  const flags = '{"payload": {"protocol": "tcp", "field": "flags"}}'
  assert.equal(needs(test('==', flags, '2')), { protocol: 'tcp' })
  assert.equal(needs(test('==', `{"&": [${flags}, 3]}`, '2')), { protocol: 'tcp' })
  const type = '{"payload": {"protocol": "icmpv6", "field": "type"}}'
  assert.equal(needs(test('==', type, '1'), 'ip6'), { protocol: 'ipv6-icmp', family: 'ipv6' })
  assert.equal(needs(test('==', '{"payload": {"protocol": "ip", "field": "ttl"}}', '1')), {
    family: 'ipv4',
  })
  assert.equal(needs(test('==', '{"meta": {"key": "skuid"}}', '0')), {})
  // What stands on the right is no header that is read.
  assert.equal(needs(test('==', '{"meta": {"key": "skuid"}}', flags)), {})
})

matches('foreign expressions are the same text whatever the order of their keys', () => {
  const one = match('"op": "==", "left": {"meta": {"key": "skuid"}}, "right": 7')
  const other = match('"right": 7, "left": {"meta":{"key":"skuid"}},"op": "=="')
  assert.equal(one, other)
  const json = '{"match":{"left":{"meta":{"key":"skuid"}},"op":"==","right":7}}'
  assert.equal(one, { kind: 'foreign', json })
})

matches.run()
