import { DESTINATION, DROP, goto, jump, NODE_PORT, RETURN, rule } from '../../src/ir/build.js'
import type { Match } from '../../src/ir/match.js'
import type { Statement, Verdict } from '../../src/ir/statement.js'
import type { Chain, Origin, Table, TableFamily } from '../../src/ir/table.js'

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
}

const marks = (): readonly number[] => Array.from({ length: 32 }, (_, bit) => 2 ** bit)

const bucket = <T>(from: number, to: number, value: T) => ({ from, to, value })

/** Every kind of statement. */
const STATEMENTS: Listed<Statement> = {
  drop: () => [DROP],
  return: () => [RETURN],
  jump: () => [jump('target')],
  goto: () => [goto('target')],
  reject: () => [{ kind: 'reject' }],
  masquerade: () => [{ kind: 'masquerade' }],
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
  'vmap-random': () => {
    const buckets = [bucket<Verdict>(0, 1, goto('target')), bucket<Verdict>(2, 2, DROP)]
    return [{ kind: 'vmap-random', choice: { modulus: 3, buckets } }]
  },
  'update-set': () => [{ kind: 'update-set', key: ['saddr'], set: 'clients' }],
}

/** A table with everything that a rule set may have. */
export function vocabularyTable(family: TableFamily): Table {
  const addresses = ADDRESSES[family]
  const { ip, other, cidr } = addresses
  const listed = <T>(lists: Readonly<Record<string, (from: Addresses) => readonly T[]>>) =>
    Object.values(lists).flatMap(list => list(addresses))
  // nft wants to know the transport protocol where a port is changed, but for a key that holds it.
  const needs = ({ kind }: Statement): readonly Match[] =>
    kind === 'dnat' || kind === 'dnat-random' ? [{ kind: 'protocol', protocol: 'tcp' }] : []
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
