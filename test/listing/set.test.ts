import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DROP, goto } from '../../src/rules/build.js'
import type { TableFamily } from '../../src/rules/table.js'
import { IMPORTED, tableWith } from './listings.js'

// JSON as nft 1.0.6 and 1.1.3 print it; where they differ, both.

const sets = suite('sets and maps of a listing')

const HEAD = '"family": "ip", "name": "x", "table": "t", "handle": 3'
const HEAD6 = '"family": "ip6", "name": "x", "table": "t", "handle": 3'
const CHAIN = '{"chain": {"family": "ip", "table": "t", "name": "a", "handle": 1}}'
const set = (json: string, head = HEAD): string => `{"set": {${head}, ${json}}}`
const map = (json: string): string => `{"map": {${HEAD}, ${json}}}`
const tableOf = (object: string, family: TableFamily = 'ip') =>
  tableWith(family === 'ip' ? [CHAIN, object] : [object], family)

sets('a set of addresses, with its comment', () => {
  const { sets: found, foreign } = tableOf(
    set('"type": "ipv4_addr", "comment": "Active ClusterIPs", "elem": ["10.96.0.1", "10.96.0.10"]'),
  )
  assert.equal(found, [
    {
      name: 'x',
      key: ['address'],
      comment: 'Active ClusterIPs',
      elements: [
        { key: ['10.96.0.1'], origin: IMPORTED },
        { key: ['10.96.0.10'], origin: IMPORTED },
      ],
      origin: IMPORTED,
    },
  ])
  assert.is(foreign, undefined)
})

sets('a set without elements', () => {
  assert.equal(tableOf(set('"type": "ipv6_addr"', HEAD6), 'ip6').sets, [
    { name: 'x', key: ['address'], elements: [], origin: IMPORTED },
  ])
})

sets('a set of concatenations', () => {
  const type = '"type": ["ipv6_addr", "ipv6_addr", "inet_proto", "inet_service"]'
  const { sets: found } = tableOf(
    set(`${type}, "elem": [{"concat": ["fd00::2", "fd00::2", "udp", 53]}]`, HEAD6),
    'ip6',
  )
  assert.equal(found[0]?.key, ['address', 'address', 'protocol', 'port'])
  assert.equal(found[0]?.elements, [{ key: ['fd00::2', 'fd00::2', 'udp', '53'], origin: IMPORTED }])
})

sets('a set of intervals', () => {
  const type = '"type": ["ipv4_addr", "inet_proto", "inet_service", "ipv4_addr"]'
  const prefix = '{"prefix": {"addr": "192.0.2.0", "len": 24}}'
  const elements = `{"concat": ["203.0.113.10", "tcp", 80, ${prefix}]}, {"concat": ["203.0.113.10", "tcp", 81, "192.0.2.1"]}`
  for (const flags of ['["interval"]', '"interval"']) {
    const { sets: found } = tableOf(set(`${type}, "flags": ${flags}, "elem": [${elements}]`))
    assert.is(found[0]?.interval, true)
    assert.equal(
      found[0]?.elements.map(({ key }) => key.join(' ')),
      ['203.0.113.10 tcp 80 192.0.2.0/24', '203.0.113.10 tcp 81 192.0.2.1'],
    )
  }
})

sets('a set that the packet path fills, with what is in it', () => {
  const elements =
    '{"elem": {"val": "10.0.0.1", "expires": 599}}, {"elem": {"val": "10.0.0.2", "timeout": 5, "expires": 4}}'
  // 1.0.6 does not list the flag `dynamic`.
  for (const flags of ['["timeout"]', '["timeout", "dynamic"]']) {
    const { sets: found } = tableOf(
      set(
        `"type": "ipv4_addr", "size": 65535, "flags": ${flags}, "timeout": 600, "elem": [${elements}]`,
      ),
    )
    assert.equal(found, [
      {
        name: 'x',
        key: ['address'],
        timeout: 600,
        elements: [
          { key: ['10.0.0.1'], origin: IMPORTED },
          { key: ['10.0.0.2'], origin: IMPORTED },
        ],
        origin: IMPORTED,
      },
    ])
  }
})

const DESTINATION = '"type": ["ipv4_addr", "inet_proto", "inet_service"]'
const KEY = '{"concat": ["172.30.9.9", "tcp", 80]}'

sets('a verdict map, with comments on its elements', () => {
  const { maps, foreign } = tableOf(
    map(
      `${DESTINATION}, "comment": "c", "map": "verdict", "elem": [[{"elem": {"val": ${KEY}, "comment": "shop/idle"}}, {"goto": {"target": "a"}}], [{"concat": ["172.30.9.9", "udp", 80]}, {"drop": null}]]`,
    ),
  )
  assert.equal(maps, [
    {
      name: 'x',
      key: ['address', 'protocol', 'port'],
      comment: 'c',
      elements: [
        {
          key: ['172.30.9.9', 'tcp', '80'],
          comment: 'shop/idle',
          verdict: goto('a'),
          origin: IMPORTED,
        },
        { key: ['172.30.9.9', 'udp', '80'], verdict: DROP, origin: IMPORTED },
      ],
      origin: IMPORTED,
    },
  ])
  assert.is(foreign, undefined)
})

sets('a verdict map that counts', () => {
  const element = `[{"elem": {"val": ${KEY}, "comment": "x", "counter": {"packets": 3, "bytes": 9}}}, {"drop": null}]`
  const { maps } = tableOf(
    map(`${DESTINATION}, "map": "verdict", "elem": [${element}], "stmt": [{"counter": null}]`),
  )
  assert.is(maps[0]?.counters, true)
  assert.equal(maps[0]?.elements, [
    { key: ['172.30.9.9', 'tcp', '80'], comment: 'x', verdict: DROP, origin: IMPORTED },
  ])
})

sets('a map from destinations and buckets to endpoints', () => {
  const element = `[{"elem": {"val": {"concat": ["10.96.0.10", "udp", 53, 1]}, "comment": "dns"}}, {"concat": ["10.244.1.2", 53]}]`
  const typeOf = `{"typeof": {"concat": [{"payload": {"protocol": "ip", "field": "daddr"}}, {"meta": {"key": "l4proto"}}, {"payload": {"protocol": "th", "field": "dport"}}, {"numgen": {"mode": "random", "mod": 65536, "offset": 0}}]}}`
  const types: readonly [string, string][] = [
    ['["ipv4_addr", "inet_proto", "inet_service", "integer"]', '"ipv4_addr . inet_service"'],
    [typeOf, '["ipv4_addr", "inet_service"]'],
  ]
  for (const [key, value] of types) {
    const { endpointMaps } = tableOf(map(`"type": ${key}, "map": ${value}, "elem": [${element}]`))
    assert.equal(endpointMaps, [
      {
        name: 'x',
        fields: ['daddr', 'l4proto', 'dport'],
        elements: [
          {
            key: ['10.96.0.10', 'udp', '53', '1'],
            comment: 'dns',
            to: { ip: '10.244.1.2', port: 53 },
            origin: IMPORTED,
          },
        ],
        origin: IMPORTED,
      },
    ])
  }
})

const PLAIN = '"type": "ipv4_addr"'

sets('ranges of addresses come as the networks that make them up', () => {
  const [found] = tableWith([
    set(
      `${PLAIN}, "flags": ["interval"], "auto-merge": true, "elem": [{"range": ["1.1.1.1", "1.1.1.4"]}, "9.9.9.9"]`,
    ),
  ]).sets
  assert.is(found?.autoMerge, true)
  assert.equal(
    found?.elements.map(({ key }) => key[0]),
    ['1.1.1.1', '1.1.1.2/31', '1.1.1.4', '9.9.9.9'],
  )
})

const ENDPOINTS = '"type": ["inet_proto", "inet_service", "integer"]'

/** What would be another set or map if some of it were left out. */
const FOREIGN: Readonly<Record<string, string>> = {
  'a set of another type': set('"type": "mark", "elem": [1]'),
  'a set of addresses of the other family': set('"type": "ipv6_addr"'),
  'a set of foreign expressions': set('"type": {"typeof": {"ct": {"key": "mark"}}}'),
  'a set with a random number': set(ENDPOINTS),
  'a set that merges without intervals': set(`${PLAIN}, "auto-merge": true`),
  'a range that runs backwards': set(
    `${PLAIN}, "flags": ["interval"], "elem": [{"range": ["1.1.1.9", "1.1.1.1"]}]`,
  ),
  'a range in a set of addresses': set(`${PLAIN}, "elem": [{"range": ["1.1.1.1", "1.1.1.9"]}]`),
  'a prefix in a set of addresses': set(
    `${PLAIN}, "elem": [{"prefix": {"addr": "10.0.0.0", "len": 8}}]`,
  ),
  'a constant set': set(`${PLAIN}, "flags": ["constant"]`),
  'a dynamic set without a timeout': set(`${PLAIN}, "size": 65535, "flags": ["dynamic"]`),
  'a timeout that is no number': set(`${PLAIN}, "flags": ["timeout"], "timeout": "5s"`),
  'a set of a stated size': set(`${PLAIN}, "size": 12`),
  'a dynamic set of another size': set(`${PLAIN}, "size": 9, "flags": ["timeout"], "timeout": 5`),
  'a set with a way of its own to collect garbage': set(`${PLAIN}, "gc-interval": 5`),
  'a set that counts': set(`${PLAIN}, "stmt": [{"counter": null}]`),
  'a comment that is no text': set(`${PLAIN}, "comment": 5`),
  'a key of too many parts': set(`${PLAIN}, "elem": [{"concat": ["1.2.3.4", 80]}]`),
  'a protocol that no Service has': set('"type": "inet_proto", "elem": ["icmp"]'),
  'a port that is none': set('"type": "inet_service", "elem": [65536]'),
  'a port by name': set('"type": "inet_service", "elem": ["http"]'),
  'an element for everything else': set(`${PLAIN}, "elem": ["*"]`),
  'an element with a counter': set(
    `${PLAIN}, "elem": [{"elem": {"val": "1.2.3.4", "counter": {}}}]`,
  ),
  'a map to marks': map(`${PLAIN}, "map": "mark", "elem": [["1.2.3.4", 7]]`),
  'a map to addresses': map(
    '"type": "inet_service", "map": "ipv4_addr", "elem": [[80, "1.2.3.4"]]',
  ),
  'a verdict of other words': map(
    `${PLAIN}, "map": "verdict", "elem": [["1.2.3.4", {"continue": null}]]`,
  ),
  'an element without a value': map(`${PLAIN}, "map": "verdict", "elem": ["1.2.3.4"]`),
  'a verdict map by random numbers': map(`${ENDPOINTS}, "map": "verdict"`),
  'a map with limits': map(`${PLAIN}, "map": "verdict", "stmt": [{"limit": {"rate": 5}}]`),
  'a map that counts and limits': map(
    `${PLAIN}, "map": "verdict", "stmt": [{"counter": null}, {"limit": {"rate": 5}}]`,
  ),
  'endpoints without a bucket': map(`${PLAIN}, "map": "ipv4_addr . inet_service"`),
  'an element that times out': map(
    `${PLAIN}, "map": "verdict", "elem": [[{"elem": {"val": "1.2.3.4", "timeout": 5}}, {"drop": null}]]`,
  ),
  'endpoints that count': map(
    `${ENDPOINTS}, "map": "ipv4_addr . inet_service", "stmt": [{"counter": null}]`,
  ),
  'endpoints without ports': map(`${ENDPOINTS}, "map": "ipv4_addr"`),
  'a port that no endpoint has': map(
    `${ENDPOINTS}, "map": "ipv4_addr . inet_service", "elem": [[{"concat": ["tcp", 80, 0]}, {"concat": ["1.2.3.4", 99999]}]]`,
  ),
}

for (const [words, object] of Object.entries(FOREIGN)) {
  sets(`foreign: ${words}`, () => {
    const table = tableOf(object)
    assert.equal([...table.sets, ...table.maps, ...table.endpointMaps], [])
    assert.is(table.foreign?.length, 1)
    const [[type, listed]] = Object.entries(JSON.parse(object)) as [[string, { handle: number }]]
    const { handle: _, ...rest } = listed
    assert.is(table.foreign?.[0]?.type, type)
    assert.is(table.foreign?.[0]?.name, 'x')
    assert.equal(JSON.parse(table.foreign?.[0]?.json ?? ''), rest)
  })
}

sets.run()
