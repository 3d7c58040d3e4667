import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { transactionText } from '../../../src/diff/rules/transaction.js'
import { rule } from '../../../src/rules/build.js'
import type { Table } from '../../../src/rules/table.js'
import { linesBetween, operationCount, type ServiceFields, tableOf } from '../objects.js'

const transactions = suite('transactions')

const PODS = ['10.244.1.1', '10.244.2.1', '10.244.3.1']
const two: ServiceFields = { endpoints: PODS.slice(0, 2) }
const three: ServiceFields = { endpoints: PODS }
/** Services that stay as they are. */
const OTHERS: readonly ServiceFields[] = [
  { name: 'b', clusterIP: '10.96.0.2', endpoints: ['10.244.9.1', '10.244.9.2'] },
  { name: 'c', clusterIP: '10.96.0.3', endpoints: ['10.244.9.1', '10.244.9.2', '10.244.9.3'] },
]
const sticky = (timeoutSeconds: number): ServiceFields => ({
  ...two,
  spec: {
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds } },
  },
})
const fenced = (...loadBalancerSourceRanges: string[]): ServiceFields => ({
  ...two,
  spec: { type: 'LoadBalancer', loadBalancerSourceRanges },
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
})

const LAYOUTS = ['kube-proxy', 'maps'] as const
type Layout = (typeof LAYOUTS)[number]
const table = (layout: Layout, ...services: readonly ServiceFields[]): Table =>
  tableOf([...OTHERS, ...services], { layout })

/** Names without their hash, and without the table: what is read is short. */
const plain = (lines: readonly string[]): string =>
  lines
    .map(line => line.replace(/(?<=\w-)[A-Z2-7]{8}-/g, '').replace(' ip kube-proxy', ''))
    .join('\n')
const between = (
  layout: Layout,
  before: readonly ServiceFields[],
  after: readonly ServiceFields[],
) => plain(linesBetween(table(layout, ...before), table(layout, ...after)))

const EXPECTED: Readonly<
  Record<
    string,
    readonly [readonly ServiceFields[], readonly ServiceFields[], Readonly<Record<Layout, string>>]
  >
> = {
  'one endpoint more takes a few lines': [
    [two],
    [three],
    {
      'kube-proxy': `
flush chain service-shop/web/tcp/http
add rule service-shop/web/tcp/http meta l4proto tcp dnat ip addr . port to numgen random mod 3 map { 0 : 10.244.1.1 . 8080, 1 : 10.244.2.1 . 8080, 2 : 10.244.3.1 . 8080 }`,
      maps: `
delete element service-ips { 10.96.0.1 . tcp . 80 }
add element service-ips { 10.96.0.1 . tcp . 80 : goto dispatch-tcp-3 }
add element endpoints-tcp { 10.96.0.1 . 80 . 2 : 10.244.3.1 . 8080 }`,
    },
  ],
  'a Service comes with what it needs': [
    [],
    [two],
    {
      'kube-proxy': `
add chain service-shop/web/tcp/http
add rule service-shop/web/tcp/http meta l4proto tcp dnat ip addr . port to numgen random mod 2 map { 0 : 10.244.1.1 . 8080, 1 : 10.244.2.1 . 8080 }
add element cluster-ips { 10.96.0.1 }
add element service-ips { 10.96.0.1 . tcp . 80 : goto service-shop/web/tcp/http }`,
      maps: `
add element cluster-ips { 10.96.0.1 }
add element service-ips { 10.96.0.1 . tcp . 80 : goto dispatch-tcp-2 }
add element endpoints-tcp {
	10.96.0.1 . 80 . 0 : 10.244.1.1 . 8080,
	10.96.0.1 . 80 . 1 : 10.244.2.1 . 8080,
}`,
    },
  ],
  'a Service goes, what refers to its chain first': [
    [two],
    [],
    {
      'kube-proxy': `
flush chain service-shop/web/tcp/http
delete element cluster-ips { 10.96.0.1 }
delete element service-ips { 10.96.0.1 . tcp . 80 }
delete chain service-shop/web/tcp/http`,
      maps: `
delete element cluster-ips { 10.96.0.1 }
delete element service-ips { 10.96.0.1 . tcp . 80 }
delete element endpoints-tcp {
	10.96.0.1 . 80 . 0,
	10.96.0.1 . 80 . 1,
}`,
    },
  ],
  'another port name is another comment': [
    [{}],
    [{ spec: { ports: [{ name: 'web', port: 80 }] } }],
    {
      'kube-proxy': `
delete element no-endpoint-services { 10.96.0.1 . tcp . 80 }
add element no-endpoint-services { 10.96.0.1 . tcp . 80 comment "shop/web:web" : goto reject-chain }`,
      maps: `
delete element no-endpoint-services { 10.96.0.1 . tcp . 80 }
add element no-endpoint-services { 10.96.0.1 . tcp . 80 comment "shop/web:web" : goto reject-chain }`,
    },
  ],
  'source ranges change alone': [
    [fenced('192.0.2.0/25', '10.0.0.0/8')],
    [fenced('10.0.0.0/8', '192.0.2.0/24')],
    {
      'kube-proxy': `
flush chain firewall-shop/web/tcp/http
add rule firewall-shop/web/tcp/http ip saddr != { 10.0.0.0/8, 192.0.2.0/24 } drop`,
      maps: `
delete element firewall-sources { 203.0.113.1 . tcp . 80 . 192.0.2.0/25 }
add element firewall-sources { 203.0.113.1 . tcp . 80 . 192.0.2.0/24 }`,
    },
  ],
}
for (const [name, [before, after, texts]] of Object.entries(EXPECTED)) {
  for (const layout of LAYOUTS) {
    transactions(`${name}, ${layout}`, () => {
      assert.is(`\n${between(layout, before, after)}`, texts[layout])
    })
  }
}

transactions(
  'a set with another timeout is replaced, and the chains that look into it rewritten',
  () => {
    assert.is(
      between(
        'kube-proxy',
        [{ ...sticky(60), endpoints: ['10.244.1.1'] }],
        [{ ...sticky(90), endpoints: ['10.244.1.1'] }],
      ),
      `flush chain service-shop/web/tcp/http
flush chain endpoint-shop/web/tcp/http__10.244.1.1/8080
delete set affinity-shop/web/tcp/http__10.244.1.1/8080
add set affinity-shop/web/tcp/http__10.244.1.1/8080 { type ipv4_addr ; flags dynamic,timeout ; timeout 90s ; }
add rule service-shop/web/tcp/http ip saddr @affinity-shop/web/tcp/http__10.244.1.1/8080 goto endpoint-shop/web/tcp/http__10.244.1.1/8080
add rule service-shop/web/tcp/http numgen random mod 1 vmap { 0 : goto endpoint-shop/web/tcp/http__10.244.1.1/8080 }
add rule endpoint-shop/web/tcp/http__10.244.1.1/8080 update @affinity-shop/web/tcp/http__10.244.1.1/8080 { ip saddr }
add rule endpoint-shop/web/tcp/http__10.244.1.1/8080 meta l4proto tcp dnat to 10.244.1.1:8080`,
    )
  },
)

transactions('an endpoint of a sticky Service leaves the sets of the others alone', () => {
  const text = between('kube-proxy', [sticky(60)], [{ ...sticky(60), endpoints: PODS }])
  assert.not.match(text, /(flush|delete) .*10\.244\.[12]\.1/)
  assert.match(text, 'add set affinity-shop/web/tcp/http__10.244.3.1/8080')
})

transactions('maps that begin to count are replaced, emptied of what holds chains first', () => {
  const lines = linesBetween(tableOf([two]), tableOf([two], { counters: true }))
  assert.is(
    plain(lines.filter(line => / (service-ips|services)\b/.test(line))),
    `flush chain services
flush map service-ips
delete map service-ips
add map service-ips { type ipv4_addr . inet_proto . inet_service : verdict ; counter ; comment "ClusterIP, ExternalIP and LoadBalancer IP traffic" ; }
add rule services ip daddr . meta l4proto . th dport vmap @service-ips
add rule services ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
add element service-ips { 10.96.0.1 . tcp . 80 : goto service-shop/web/tcp/http }`,
  )
})

transactions('a base chain at another place is replaced', () => {
  const after = tableOf([])
  const before: Table = {
    ...after,
    chains: after.chains.map(chain =>
      chain.base && chain.name === 'nat-output'
        ? { ...chain, base: { ...chain.base, priority: -90, policy: 'drop' } }
        : chain,
    ),
  }
  const made = 'type nat hook output priority -100 ;'
  assert.is(
    plain(linesBetween(before, after)),
    `flush chain nat-output\ndelete chain nat-output\nadd chain nat-output { ${made} }\nadd rule nat-output jump services`,
  )
  assert.match(plain(linesBetween(after, before)), 'priority -90 ; policy drop ; }')
})

transactions('a missing table is added whole, one that is not wanted deleted', () => {
  const whole = linesBetween(undefined, tableOf([two]))
  assert.is(whole[0], 'add table ip kube-proxy { comment "rules for kube-proxy" ; }')
  const objects = (word: string) => whole.filter(line => line.startsWith(`add ${word} `)).length
  const { chains, sets, maps } = tableOf([two])
  assert.equal([objects('chain'), objects('set')], [chains.length, sets.length])
  assert.is(objects('map'), maps.length)
  assert.is(objects('rule'), chains.flatMap(({ rules }) => rules).length)
  assert.equal(linesBetween(tableOf([two]), undefined), ['delete table ip kube-proxy'])
  assert.equal(linesBetween(undefined, undefined), [])
})

transactions('of a hashed Service only the buckets that changed are touched', () => {
  const annotations = { 'kubenat.dev/hash': 'source-ip', 'kubenat.dev/hash-buckets': '251' }
  const [before, after] = [two, three].map(fields => table('maps', { ...fields, annotations }))
  const elements = ({ endpointMaps }: Table): ReadonlyMap<string, string> =>
    new Map(
      endpointMaps.flatMap(map => map.elements).map(({ key, to }) => [key.join(' . '), to.ip]),
    )
  if (before === undefined || after === undefined) throw new Error('two tables')
  const [old, wanted] = [elements(before), elements(after)]
  const changed = [...wanted].filter(([key, ip]) => old.get(key) !== ip)
  // A third of the buckets goes to the new endpoint, and Maglev moves a few of the others.
  assert.ok(changed.length > 251 / 3 - 1 && changed.length < (251 / 3) * 1.3, `${changed.length}`)
  const lines = linesBetween(before, after)
  assert.is(operationCount(lines), 2 * changed.length)
  assert.equal(
    lines.filter(line => /^(?:add|delete|flush) /.test(line)),
    ['delete element ip kube-proxy endpoints-tcp {', 'add element ip kube-proxy endpoints-tcp {'],
  )
})

transactions('tables are told apart by family', () => {
  const ip = tableOf([two])
  const ip6: Table = { ...ip, family: 'ip6', sets: [], maps: [], chains: [] }
  assert.is(transactionText([ip6, ip], [ip]), 'delete table ip6 kube-proxy\n')
  assert.is(transactionText([ip], [ip, ip6]).split('\n').length, 2)
})

transactions('what is foreign goes, and what leans on it is rewritten', () => {
  const after = tableOf([two])
  const foreign = { type: 'counter', name: 'hits', json: '{}' }
  const before: Table = {
    ...after,
    foreign: [foreign, { type: 'map', name: 'theirs', json: '{}' }],
    chains: after.chains.map(chain =>
      chain.name === 'services'
        ? {
            ...chain,
            rules: [
              ...chain.rules,
              rule([], { kind: 'foreign', json: '{"counter":"hits"}' }, { concern: 'imported' }),
            ],
          }
        : chain,
    ),
  }
  assert.is(
    plain(linesBetween(before, after)),
    `flush chain services
delete counter hits
flush map theirs
delete map theirs
add rule services ip daddr . meta l4proto . th dport vmap @service-ips
add rule services ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports`,
  )
})

transactions('a table with what no words are for is replaced', () => {
  const after = tableOf([two])
  const origin = { concern: 'imported' } as const
  const tables: readonly Table[] = [
    { ...after, foreign: [{ type: 'table', name: 'kube-proxy', json: '{}' }] },
    { ...after, foreign: [{ type: 'chain', name: 'services', json: '{}' }] },
    { ...after, chains: [...after.chains, { name: 'a;b', rules: [], origin }] },
  ]
  for (const before of tables) {
    const [first, ...others] = linesBetween(before, after)
    assert.is(first, 'delete table ip kube-proxy')
    assert.equal(others, linesBetween(undefined, after))
  }
})

transactions('a chain of any name that nft reads can go', () => {
  const after = tableOf([two])
  const chains = ['_a', '.b'].map(name => ({
    name,
    rules: [],
    origin: { concern: 'imported' } as const,
  }))
  assert.equal(linesBetween({ ...after, chains: [...after.chains, ...chains] }, after), [
    'delete chain ip kube-proxy _a',
    'delete chain ip kube-proxy .b',
  ])
})

// What kube-proxy's own partial syncs write, chains of endpoints included; it deletes chains later.
const CEILINGS: Readonly<Record<string, readonly [ServiceFields[], ServiceFields[], number]>> = {
  'a new Service with one endpoint': [[], [{ endpoints: PODS.slice(0, 1) }], 10],
  'a Service that goes': [[{ endpoints: PODS.slice(0, 1) }], [], 4],
  'a new Service without endpoints': [[], [{}], 2],
  'its first endpoint': [[{}], [{ endpoints: PODS.slice(0, 1) }], 10],
  'another endpoint instead': [
    [{ endpoints: PODS.slice(0, 1) }],
    [{ endpoints: PODS.slice(1, 2) }],
    9,
  ],
  'a second endpoint': [[{ endpoints: PODS.slice(0, 1) }], [two], 12],
  'no endpoint any more': [[two], [{}], 5],
  'no change': [[two], [two], 0],
}
for (const [name, [before, after, ceiling]] of Object.entries(CEILINGS)) {
  for (const layout of LAYOUTS) {
    transactions(`${name} takes no more operations than kube-proxy, ${layout}`, () => {
      const lines = linesBetween(table(layout, ...before), table(layout, ...after))
      const deleted = lines.filter(line => line.startsWith('delete chain'))
      const operations = operationCount(lines) - deleted.length
      assert.ok(operations <= ceiling, `${operations} operations:\n${plain(lines)}`)
    })
  }
}

transactions.run()
