import {
  ACCEPT,
  DESTINATION,
  DROP,
  goto,
  jump,
  NODE_PORT,
  RETURN,
  rule,
} from '../../src/rules/build.js'
import type { CtState, Match } from '../../src/rules/match.js'
import type { Statement, Verdict } from '../../src/rules/statement.js'
import type { Chain, Origin, Table, TableFamily } from '../../src/rules/table.js'

const origin: Origin = { concern: 'base' }

interface Addresses {
  readonly ip: string
  readonly other: string
  readonly cidr: string
}

const ADDRESSES: Readonly<Record<TableFamily, Addresses>> = {
  ip: { ip: '10.0.0.1', other: '192.0.2.7', cidr: '10.244.0.0/16' },
  ip6: { ip: 'fd00::1', other: '2001:db8::a:7', cidr: 'fd00:10:244::/56' },
}

type Listed<T extends { readonly kind: string }> = {
  readonly [kind in Exclude<T['kind'], 'foreign'>]: (addresses: Addresses) => readonly T[]
}

/** Every kind of match, so that a new one asks for its case here. */
const MATCHES: Listed<Match> = {
  address: ({ ip, cidr }) => [
    { kind: 'address', side: 'saddr', negate: false, cidr: ip },
    { kind: 'address', side: 'daddr', negate: true, cidr },
  ],
  'address-in': ({ ip, other, cidr }) => [
    { kind: 'address-in', side: 'saddr', negate: true, cidrs: [other, cidr] },
    { kind: 'address-in', side: 'daddr', negate: false, cidrs: [ip, other] },
  ],
  'in-set': () => [
    { kind: 'in-set', key: ['daddr'], set: 'addresses' },
    { kind: 'in-set', key: [...DESTINATION, 'saddr'], set: 'sources', negate: true },
    { kind: 'in-set', key: ['saddr'], set: 'clients' },
  ],
  local: () => [
    { kind: 'local', side: 'saddr' },
    { kind: 'local', side: 'daddr' },
    { kind: 'local', side: 'daddr', negate: true },
  ],
  interface: () => [
    { kind: 'interface', name: 'cni0', prefix: false, negate: true },
    { kind: 'interface', name: 'veth.long@name-', prefix: false, negate: false },
    { kind: 'interface', name: 'veth', prefix: true, negate: false },
  ],
  protocol: () => [
    { kind: 'protocol', protocol: 'tcp' },
    { kind: 'protocol', protocol: 'udp' },
    { kind: 'protocol', protocol: 'sctp' },
  ],
  'ct-state-new': () => [{ kind: 'ct-state-new' }],
  'ct-status-dnat': () => [{ kind: 'ct-status-dnat' }],
  'mark-set': () => marks().map(mark => ({ kind: 'mark-set', mark })),
  'mark-unset': () => marks().map(mark => ({ kind: 'mark-unset', mark })),
  port: () => [
    { kind: 'port', protocol: 'tcp', negate: false, ranges: [{ from: 22, to: 22 }] },
    { kind: 'port', protocol: 'udp', negate: true, ranges: [{ from: 8000, to: 9000 }] },
    {
      kind: 'port',
      protocol: 'sctp',
      negate: false,
      ranges: [
        { from: 1, to: 1 },
        { from: 3, to: 65535 },
      ],
    },
    { kind: 'port', protocol: 'th', negate: false, ranges: [{ from: 53, to: 53 }] },
  ],
  'protocol-in': () => [
    { kind: 'protocol-in', header: false, negate: true, protocols: ['tcp'] },
    { kind: 'protocol-in', header: false, negate: false, protocols: ['icmp', 'tcp'] },
    { kind: 'protocol-in', header: false, negate: false, protocols: ['ipv6-icmp'] },
    { kind: 'protocol-in', header: true, negate: false, protocols: ['tcp'] },
    { kind: 'protocol-in', header: true, negate: true, protocols: ['icmp', 'igmp'] },
  ],
  'interface-in': () => [
    { kind: 'interface-in', side: 'iif', negate: false, names: ['lo'] },
    { kind: 'interface-in', side: 'oif', negate: true, names: ['lo'] },
    { kind: 'interface-in', side: 'oifname', negate: false, names: ['cni0'] },
    { kind: 'interface-in', side: 'oifname', negate: true, names: ['veth*'] },
    { kind: 'interface-in', side: 'iifname', negate: false, names: ['eth0', 'veth*'] },
  ],
  'ct-state': () => [
    { kind: 'ct-state', negate: false, states: ['established', 'related'] },
    { kind: 'ct-state', negate: false, states: ['invalid'] },
    { kind: 'ct-state', negate: true, states: ['new'] },
    { kind: 'ct-state', negate: true, states: ['established', 'related'] },
  ],
  'mark-is': () =>
    (['packet', 'connection'] as const).flatMap(of => [
      { kind: 'mark-is', of, negate: false, value: 16 },
      { kind: 'mark-is', of, negate: true, mask: 255, value: 16 },
      { kind: 'mark-is', of, negate: false, value: 0 },
    ]),
  family: () => [],
}

const marks = (): readonly number[] => Array.from({ length: 32 }, (_, bit) => 2 ** bit)

const bucket = <T>(from: number, to: number, value: T) => ({ from, to, value })

/** Every kind of statement. */
const STATEMENTS: Listed<Statement> = {
  drop: () => [DROP],
  return: () => [RETURN],
  jump: () => [jump('target')],
  goto: () => [goto('target')],
  accept: () => [ACCEPT],
  reject: ({ ip }) => [
    { kind: 'reject' },
    {
      kind: 'reject',
      answer: { type: ip.includes(':') ? 'icmpv6' : 'icmp', code: 'admin-prohibited' },
    },
    { kind: 'reject', answer: { type: 'tcp reset' } },
  ],
  masquerade: () => [
    { kind: 'masquerade' },
    { kind: 'masquerade', flags: [] },
    { kind: 'masquerade', flags: ['random', 'persistent'] },
  ],
  'mark-or': () => marks().map(mark => ({ kind: 'mark-or', mark })),
  'mark-xor': () => marks().map(mark => ({ kind: 'mark-xor', mark })),
  vmap: () => [
    { kind: 'vmap', key: DESTINATION, map: 'verdicts' },
    { kind: 'vmap', key: NODE_PORT, map: 'counting' },
  ],
  dnat: ({ ip }) => [{ kind: 'dnat', to: { ip, port: 8080 } }],
  'dnat-random': ({ ip, other }) => {
    const [one, two] = [
      { ip, port: 80 },
      { ip: other, port: 65535 },
    ] as const
    return [
      { kind: 'dnat-random', choice: { modulus: 1, buckets: [bucket(0, 0, one)] } },
      {
        kind: 'dnat-random',
        choice: { modulus: 1000, buckets: [bucket(0, 0, one), bucket(1, 999, two)] },
      },
    ]
  },
  'dnat-map': () => [
    { kind: 'dnat-map', key: DESTINATION, modulus: 3, map: 'endpoints' },
    { kind: 'dnat-map', key: NODE_PORT, modulus: 1, map: 'nodeport-endpoints' },
  ],
  'dnat-hash': ({ ip, other }) => {
    const [one, two] = [
      { ip, port: 80 },
      { ip: other, port: 65535 },
    ] as const
    const choice = { modulus: 61, buckets: [bucket(0, 0, one), bucket(1, 60, two)] }
    return [
      { kind: 'dnat-hash', hash: { fields: ['saddr'], seed: 0x6b756265 }, choice },
      { kind: 'dnat-hash', hash: { fields: ['saddr', 'sctp-sport'], seed: 2 ** 32 - 1 }, choice },
    ]
  },
  'dnat-hash-map': () => {
    const map = 'endpoints'
    const of = { kind: 'dnat-hash-map', key: DESTINATION, modulus: 251, map } as const
    return [
      { ...of, hash: { fields: ['saddr'], seed: 1 } },
      { ...of, hash: { fields: ['saddr', 'dport'], seed: 0 } },
    ]
  },
  'vmap-random': () => {
    const buckets = [bucket<Verdict>(0, 1, goto('target')), bucket<Verdict>(2, 2, DROP)]
    return [{ kind: 'vmap-random', choice: { modulus: 3, buckets } }]
  },
  'update-set': () => [{ kind: 'update-set', key: ['saddr'], set: 'clients' }],
  match: () => [],
  counter: () => [{ kind: 'counter' }],
  log: () => [
    { kind: 'log' },
    { kind: 'log', prefix: 'dropped: ', level: 'info' },
    { kind: 'log', prefix: 'x', group: 2 },
  ],
  'mark-set-to': () => [
    { kind: 'mark-set-to', of: 'packet', and: 0, or: 16 },
    { kind: 'mark-set-to', of: 'connection', and: 0, or: 16 },
    { kind: 'mark-set-to', of: 'connection', from: 'packet', and: ALL_BITS, or: 0 },
    { kind: 'mark-set-to', of: 'packet', from: 'connection', and: 255, or: 0 },
    { kind: 'mark-set-to', of: 'packet', from: 'packet', and: 0xffff00ff, or: 256 },
  ],
  'vmap-cases': ({ ip }) => [
    { kind: 'vmap-cases', cases: [state('invalid', DROP), state('established', ACCEPT)] },
    {
      kind: 'vmap-cases',
      cases: [
        { match: tcpPort(22), verdict: ACCEPT },
        { match: tcpPort(80), verdict: goto('target') },
      ],
    },
    {
      kind: 'vmap-cases',
      cases: [
        { match: { kind: 'address', side: 'saddr', negate: false, cidr: ip }, verdict: RETURN },
      ],
    },
  ],
}
const ALL_BITS = 2 ** 32 - 1
const state = (one: CtState, verdict: Verdict) => ({
  match: { kind: 'ct-state', negate: false, states: [one] } as const,
  verdict,
})
const tcpPort = (port: number): Match => ({
  kind: 'port',
  protocol: 'tcp',
  negate: false,
  ranges: [{ from: port, to: port }],
})

/** Every test there is, on addresses of a family. */
export const vocabularyMatches = (family: TableFamily): readonly Match[] =>
  Object.values(MATCHES).flatMap((list: (from: Addresses) => readonly Match[]) =>
    list(ADDRESSES[family]),
  )

/** A table with everything that a rule set may have. */
export function vocabularyTable(family: TableFamily): Table {
  const addresses = ADDRESSES[family]
  const { ip, other, cidr } = addresses
  const listed = <T>(lists: Readonly<Record<string, (from: Addresses) => readonly T[]>>) =>
    Object.values(lists).flatMap(list => list(addresses))
  // nft wants to know the transport protocol where a port is changed, but for a key that holds it.
  const needs = (one: Statement): readonly Match[] =>
    one.kind === 'dnat' ||
    one.kind === 'dnat-random' ||
    (one.kind === 'dnat-hash' && one.hash.fields.length === 1)
      ? [{ kind: 'protocol', protocol: 'tcp' }]
      : []
  const chain = (name: string, rules: Chain['rules'], more: Partial<Chain> = {}): Chain => ({
    name,
    rules,
    origin,
    ...more,
  })
  const key = (...parts: string[]) => ({ key: parts, origin })
  return {
    family,
    name: 'vocabulary',
    comment: 'everything there is',
    sets: [
      { name: 'addresses', key: ['address'], elements: [key(ip), key(other)], origin },
      { name: 'clients', key: ['address'], timeout: 86400, elements: [], origin },
      {
        name: 'sources',
        key: ['address', 'protocol', 'port', 'address'],
        comment: 'intervals',
        interval: true,
        elements: [key(ip, 'tcp', '80', cidr), key(ip, 'sctp', '65535', other)],
        origin,
      },
      { name: 'networks', key: ['address'], interval: true, elements: [key(cidr)], origin },
    ],
    maps: [
      {
        name: 'verdicts',
        key: ['address', 'protocol', 'port'],
        elements: [
          { ...key(ip, 'tcp', '80'), verdict: goto('target'), comment: 'ns/svc:port' },
          { ...key(ip, 'udp', '80'), verdict: DROP },
          { ...key(other, 'udp', '80'), verdict: jump('target') },
          { ...key(other, 'tcp', '80'), verdict: RETURN },
        ],
        origin,
      },
      {
        name: 'counting',
        key: ['protocol', 'port'],
        comment: 'with counters',
        counters: true,
        elements: [{ ...key('tcp', '1'), verdict: DROP, comment: 'counted' }],
        origin,
      },
    ],
    endpointMaps: [
      {
        name: 'endpoints',
        fields: DESTINATION,
        comment: 'by destination and bucket',
        elements: [
          { ...key(ip, 'tcp', '80', '0'), to: { ip: other, port: 8080 }, comment: 'ns/svc' },
          { ...key(ip, 'tcp', '80', '65535'), to: { ip, port: 1 } },
        ],
        origin,
      },
      { name: 'nodeport-endpoints', fields: NODE_PORT, elements: [], origin },
    ],
    chains: [
      chain('target', [], { comment: 'with a comment' }),
      chain('hooked', [], { base: { type: 'nat', hook: 'postrouting', priority: 100 } }),
      chain('dropping', [], {
        base: { type: 'route', hook: 'output', priority: -300, policy: 'drop' },
      }),
      chain(
        'matches',
        listed(MATCHES).map(match => rule([match], DROP, origin)),
      ),
      chain(
        'statements',
        listed(STATEMENTS).map(one => rule(needs(one), one, origin, 'with a comment')),
      ),
    ],
  }
}
