import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { importTables } from '../../src/listing/ruleset.js'
import { goto, jump } from '../../src/rules/build.js'
import { processorSeconds } from '../processor-time.js'
import { IMPORTED, listing, METAINFO, tablesOf, tableWith } from './listings.js'

const listings = suite('listings of nft')

const HEAD = '"family": "ip", "table": "t", "handle": 5'
const chain = (name: string, more = ''): string => `{"chain": {${HEAD}, "name": "${name}"${more}}}`
const rule = (chainName: string, expr: string): string =>
  `{"rule": {${HEAD}, "chain": "${chainName}", "expr": ${expr}}}`
const table = (family: string, name: string): string =>
  `{"table": {"family": "${family}", "name": "${name}", "handle": 1}}`
const all = (...objects: string[]): string => `{"nftables": [${objects.join(', ')}]}`

listings('chains have their rules, in order, and base chains their hook', () => {
  const base = '"type": "filter", "hook": "forward", "prio": -110, "policy": "accept"'
  const { chains } = tableWith([
    chain('a'),
    chain('b', `, ${base}, "comment": "why"`),
    rule('b', '[{"jump": {"target": "a"}}]'),
    rule('a', '[]'),
    rule('b', '[{"goto": {"target": "a"}}]'),
  ])
  const of = (verdict: ReturnType<typeof jump>) => ({
    matches: [],
    statements: [verdict],
    origin: IMPORTED,
  })
  assert.equal(chains, [
    { name: 'a', rules: [{ matches: [], statements: [], origin: IMPORTED }], origin: IMPORTED },
    {
      name: 'b',
      comment: 'why',
      base: { type: 'filter', hook: 'forward', priority: -110 },
      rules: [of(jump('a')), of(goto('a'))],
      origin: IMPORTED,
    },
  ])
})

listings('a base chain that drops what it does not accept says so', () => {
  const base = '"type": "route", "hook": "output", "prio": 0, "policy": "drop"'
  assert.equal(tableWith([chain('a', `, ${base}`)]).chains[0]?.base, {
    type: 'route',
    hook: 'output',
    priority: 0,
    policy: 'drop',
  })
})

listings('a table has its comment where nft lists it, and an empty one has nothing', () => {
  const empty = { sets: [], maps: [], endpointMaps: [], chains: [] }
  assert.equal(tablesOf(all('{"table": {"family": "ip", "name": "t", "comment": "why"}}')), [
    { family: 'ip', name: 't', comment: 'why', ...empty },
  ])
  assert.equal(tablesOf(all(table('ip6', 't'))), [{ family: 'ip6', name: 't', ...empty }])
})

listings('tables of one name in both families are two, and other families are passed over', () => {
  const text = all(
    METAINFO,
    table('inet', 'filter'),
    '{"chain": {"family": "inet", "table": "filter", "name": "input"}}',
    '{"flowtable": {"family": "inet", "table": "filter", "name": "f"}}',
    '{"rule": {"family": "bridge", "table": "unlisted", "chain": "c", "expr": [{"xt": null}]}}',
    table('ip', 'kube-proxy'),
    table('ip6', 'kube-proxy'),
    '{"chain": {"family": "ip6", "table": "kube-proxy", "name": "services"}}',
    table('ip', 'constructor'),
  )
  assert.equal(
    tablesOf(text).map(({ family, name, chains }) => [family, name, chains.length]),
    [
      ['ip', 'kube-proxy', 0],
      ['ip6', 'kube-proxy', 1],
      ['ip', 'constructor', 0],
    ],
  )
})

listings('a listing without tables gives none', () => {
  assert.equal(tablesOf(all(METAINFO)), [])
  assert.equal(tablesOf(all()), [])
})

listings('listings may follow one another, as two calls of nft write them into one file', () => {
  const text = `${all(METAINFO, table('ip', 't'))}\n${all(METAINFO, table('ip6', 't'))}\n`
  assert.equal(
    tablesOf(text).map(({ family }) => family),
    ['ip', 'ip6'],
  )
})

listings('objects that have no place are kept as foreign', () => {
  const { foreign } = tableWith([
    `{"counter": {${HEAD}, "name": "c", "packets": 0, "bytes": 0}}`,
    `{"ct helper": {${HEAD}, "name": "h", "type": "ftp", "protocol": "tcp", "l3proto": "ip"}}`,
    chain('a', ', "dev": "eth0"'),
  ])
  assert.equal(foreign, [
    { type: 'chain', name: 'a', json: '{"dev":"eth0","family":"ip","name":"a","table":"t"}' },
    {
      type: 'counter',
      name: 'c',
      json: '{"bytes":0,"family":"ip","name":"c","packets":0,"table":"t"}',
    },
    {
      type: 'ct helper',
      name: 'h',
      json: '{"family":"ip","l3proto":"ip","name":"h","protocol":"tcp","table":"t","type":"ftp"}',
    },
  ])
})

listings('flags of a table are foreign: a dormant table does nothing', () => {
  const text = all('{"table": {"family": "ip", "name": "t", "handle": 1, "flags": ["dormant"]}}')
  assert.equal(tablesOf(text)[0]?.foreign, [
    { type: 'table', name: 't', json: '{"family":"ip","flags":["dormant"],"name":"t"}' },
  ])
})

listings('names and keys of JavaScript are names and keys like others', () => {
  const { chains, maps } = tableWith([
    chain('__proto__'),
    chain('hasOwnProperty'),
    `{"map": {${HEAD}, "name": "constructor", "type": "inet_service", "map": "verdict", "elem": [[80, {"goto": {"target": "__proto__"}}]]}}`,
    rule('__proto__', '[{"__proto__": {"x": 1}}, {"toString": null}]'),
  ])
  assert.equal(
    chains.map(({ name }) => name),
    ['__proto__', 'hasOwnProperty'],
  )
  assert.equal(maps[0]?.elements[0]?.verdict, goto('__proto__'))
  assert.equal(
    chains[0]?.rules[0]?.statements.map(found => found.kind === 'foreign' && found.json),
    ['{"__proto__":{"x":1}}', '{"toString":null}'],
  )
})

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

/** Texts that are no listing, and what is said of each. */
const MALFORMED: Readonly<Record<string, readonly [string, RegExp]>> = {
  'an empty file': ['', /^is empty: see what nft said on stderr$/],
  blanks: [' \n', /^is empty/],
  "nft's own language": ['table ip kube-proxy {\n}\n', /^is not JSON: nft prints it with -j$/],
  'a list': ['[]', /^is not what nft -j prints/],
  'a cut listing': [
    listing([chain('a')]).slice(0, -20),
    /^is truncated: the text ends before this/,
  ],
  'a cut string': [listing([chain('a')]).slice(0, 30), /^is truncated/],
  'a stray character': ['{"nftables": [}', /^is not valid JSON: expected a value or "]"/],
  'a listing and more': [`${listing([])}table`, /text behind the end of a JSON object/],
  'a Kubernetes object': ['{"apiVersion": "v1", "kind": "List"}', /^is not what nft -j prints: an/],
  'no list': ['{"nftables": {}}', /^is not what nft -j prints/],
  'two members': ['{"nftables": [], "more": 1}', /^is not what nft -j prints/],
  'an object that is none': [all('7'), /^nftables\[0\] must be an object in an object \(got 7\)$/],
  'a member that is none': [
    all('{"table": null}'),
    /^nftables\[0\] must be an object in an object/,
  ],
  'commands instead of objects': [
    all(METAINFO, `{"add": ${table('ip', 't')}}`),
    /^nftables\[1\]\.add\.family must be a name \(got nothing\)$/,
  ],
  'a table without a name': [
    all('{"table": {"family": "ip"}}'),
    /^nftables\[0\]\.table\.name must be a name \(got nothing\)$/,
  ],
  'a chain without a name': [
    listing([`{"chain": {${HEAD}, "name": 7}}`]),
    /^nftables\[2\]\.chain\.name must be a name \(got 7\)$/,
  ],
  'a rule without a chain': [
    listing([`{"rule": {${HEAD}, "expr": []}}`]),
    /^nftables\[2\]\.rule\.chain must be a name/,
  ],
  'a rule whose expressions are no list': [
    listing([chain('a'), `{"rule": {${HEAD}, "chain": "a", "expr": {}}}`]),
    /^nftables\[3\]\.rule\.expr must be a list/,
  ],
  'an expression that is none': [
    listing([chain('a'), rule('a', '[{"drop": null, "accept": null}]')]),
    /^has an expression that is none of nft's: "?\{/,
  ],
  'a chain alone': [all(METAINFO, chain('a')), /^nftables\[1\]\.chain is of a table that is not/],
  'a rule of a missing chain': [
    listing([rule('a', '[]')]),
    /^refers to the chain "a", which is not in it: list the whole table/,
  ],
  'a jump to a missing chain': [
    listing([chain('a'), rule('a', '[{"jump": {"target": "b"}}]')]),
    /^refers to the chain "b", which is not in it/,
  ],
  'a missing map': [
    listing([
      chain('a'),
      rule('a', '[{"vmap": {"key": {"meta": {"key": "l4proto"}}, "data": "@m"}}]'),
    ]),
    /^refers to the set or map "m", which is not in it/,
  ],
  'an element that leads to a missing chain': [
    listing([
      `{"map": {${HEAD}, "name": "m", "type": "inet_service", "map": "verdict", "elem": [[80, {"goto": {"target": "b"}}]]}}`,
    ]),
    /^refers to the chain "b"/,
  ],
  'a table twice': [all(table('ip', 't'), table('ip', 't')), /the table "t" stands twice$/],
  'a chain twice': [listing([chain('a'), chain('a')]), /^holds the chain "a" twice$/],
  'a set and a map of one name': [
    listing([
      `{"set": {${HEAD}, "name": "s", "type": "inet_service"}}`,
      `{"map": {${HEAD}, "name": "s", "type": "inet_service", "map": "verdict"}}`,
    ]),
    /^holds the map "s" twice$/,
  ],
  'a hook that these families do not have': [
    listing([chain('a', ', "type": "filter", "hook": "ingress", "prio": 0, "policy": "accept"')]),
    /^has a base chain "a" of an unknown kind: .*ingress/,
  ],
  'a policy that no chain has': [
    listing([chain('a', ', "type": "filter", "hook": "input", "prio": 0, "policy": "queue"')]),
    /^has a base chain "a" of an unknown kind: .*queue/,
  ],
  'a base chain without a priority': [
    listing([chain('a', ', "type": "filter", "hook": "input"')]),
    /^has a base chain "a" of an unknown kind/,
  ],
  'nesting without end': [
    listing([chain('a'), rule('a', `[{"match": ${deep(20000)}}]`)]),
    /^is nested deeper than anything nft prints$/,
  ],
  'flags nested without end': [
    listing([`{"set": {${HEAD}, "name": "s", "type": "ipv4_addr", "flags": ${deep(20000)}}}`]),
    /^is nested deeper than anything nft prints$/,
  ],
  'hostile names': [
    listing([chain('a'), rule('a', `[{"jump": {"target": "\\u001b[2J${'x'.repeat(1000)}"}}]`)]),
    /^refers to the chain "\\u001b\[2Jx{70,80}\.\.\., which is not in it/,
  ],
}

for (const [what, [text, message]] of Object.entries(MALFORMED)) {
  listings(`${what}: one error and no tables`, () => {
    const problems = new Diagnostics()
    const source = { name: 'live.json', text }
    assert.equal(importTables(source, problems), [])
    const [problem, ...others] = problems.all()
    assert.is(others.length, 0)
    assert.is(problem?.code, 'KN120')
    assert.is(problem?.severity, 'error')
    assert.is(problem?.at?.source, source)
    assert.match(problem?.message ?? '', message)
  })
}

listings('a rule without expressions does nothing', () => {
  const text = listing([chain('a'), `{"rule": {${HEAD}, "chain": "a"}}`])
  const problems = new Diagnostics()
  const [table] = importTables({ name: 'live.json', text }, problems)
  assert.equal(problems.all(), [])
  const [rule] = table?.chains[0]?.rules ?? []
  assert.equal([rule?.matches, rule?.statements], [[], []])
})

listings('a syntax error tells where', () => {
  const offsetOf = (text: string): number | undefined => {
    const problems = new Diagnostics()
    importTables({ name: 'live.json', text }, problems)
    return problems.all()[0]?.at?.offset
  }
  assert.is(offsetOf('\n table ip t {}'), 2)
  assert.is(offsetOf('{"nftables": [}'), 14)
  assert.is(offsetOf(`${all()} {"items": []}`), 17)
})

listings('ten thousand services take about a second', () => {
  const chains = Array.from({ length: 10_000 }, (_, i) => chain(`service-${i}`))
  const rules = Array.from({ length: 10_000 }, (_, i) => {
    const elements = Array.from(
      { length: 10 },
      (_, j) => `[${j}, {"concat": ["10.${i >> 8}.${i & 255}.${j}", 8080]}]`,
    )
    const key = '{"numgen": {"mode": "random", "mod": 10, "offset": 0}}'
    const data = `{"set": [${elements.join(', ')}]}`
    const dnat = `{"dnat": {"family": "ip", "addr": {"map": {"key": ${key}, "data": ${data}}}}}`
    const protocol = '{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "tcp"}}'
    return rule(`service-${i}`, `[${protocol}, ${dnat}]`)
  })
  const text = listing([...chains, ...rules])
  let found: ReturnType<typeof tablesOf>[number] | undefined
  const seconds = processorSeconds(() => {
    found = tablesOf(text)[0]
  })
  assert.is(found?.chains.length, 10_000)
  assert.is(found?.chains[9999]?.rules[0]?.statements[0]?.kind, 'dnat-random')
  // Generous: only what grows faster than the listing fails.
  assert.ok(seconds < 5, `${seconds} s`)
})

listings.run()
