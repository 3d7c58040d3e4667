import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cidr, Family } from '../../../src/address/address.js'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { EndpointSlice } from '../../../src/generated/types.gen.js'
import type { InputObject } from '../../../src/input/objects.js'
import { modelCluster } from '../../../src/model/cluster.js'
import { planNode } from '../../../src/plan/plan.js'
import { renderNftTable } from '../../../src/text/nft-table.js'
import { DRAINING, HERE, node, settings, slice, THERE } from '../../build.js'
import { found, inputObject, inputObjects, service } from '../../model/objects.js'
import { lowerPlan, wordsOf } from '../tables.js'

// What is easily missed between the objects and the rules.

const traps = suite('traps from objects to rules')

const WEB = 'default/web/tcp/'
const IP = { clusterIP: '10.96.0.1' }
const CIDRS = ['10.96.0.0/16', 'fd00::/108'] as Cidr[]

/** The table of some objects; `reported` gives what was reported on the way. */
function compile(objects: readonly InputObject[], family: Family = 'IPv4', at = node()) {
  const problems = new Diagnostics()
  const cluster = modelCluster(
    inputObjects(...objects),
    CIDRS,
    { onConflict: 'first', allowExternalIPs: true },
    problems,
  )
  const table = lowerPlan(planNode(cluster, at, family, settings()))
  const text = renderNftTable(table, { node: at.name, comments: false })
  return { ...wordsOf(table), text, reported: found(problems) }
}

/** Where a Service `web` on 10.96.0.1 sends. */
const targets = (
  endpoints: NonNullable<EndpointSlice['endpoints']>,
  at = node(),
): readonly string[] => {
  const { rules } = compile([service(IP), slice(endpoints)], 'IPv4', at)
  const text = rules(`service-${WEB}`)?.join(' ') ?? ''
  return [...text.matchAll(/(?:to |: )(\d[\d.]+)/g)].map(([, ip = '']) => ip)
}

const at = (address: string, more: object = {}) => ({ addresses: [address], ...more })
const named = (name: string) => ({ name, labels: { 'kubernetes.io/service-name': 'web' } })
const zones = (...names: string[]) => ({ hints: { forZones: names.map(name => ({ name })) } })
const nodes = (...names: string[]) => ({ hints: { forNodes: names.map(name => ({ name })) } })

traps("another proxy's ClusterIP is not active, and so dropped as unallocated", () => {
  const labels = { 'service.kubernetes.io/service-proxy-name': 'other' }
  const { elements, rules } = compile([service(IP, { metadata: { labels } })])
  assert.equal(elements('cluster-ips'), [])
  assert.match(rules('cluster-ips-check')?.[1] ?? '', 'ip daddr { 10.96.0.0/16 } drop')
})

traps('hints alone steer topology, and only if every ready endpoint has one', () => {
  const inA = node({ zone: 'a' })
  const hinted = [at('10.244.1.1', zones('a')), at('10.244.2.1', zones('b'))]
  assert.equal(targets(hinted, inA), ['10.244.1.1'])
  assert.equal(targets([...hinted, at('10.244.3.1')], inA).length, 3)
  const unready = at('10.244.3.1', { conditions: { ready: false } })
  assert.equal(targets([...hinted, unready], inA), ['10.244.1.1'])
  const onNodes = [at('10.244.1.1', nodes(HERE)), at('10.244.2.1', nodes(THERE))]
  assert.equal(targets(onNodes), ['10.244.1.1'])
  const unhinted = [at('10.244.1.1', { zone: 'a' }), at('10.244.2.1', { zone: 'b' })]
  const near = service({ ...IP, trafficDistribution: 'PreferSameZone' })
  assert.match(
    compile([near, slice(unhinted)], 'IPv4', inA).rules(`service-${WEB}`)?.[0] ?? '',
    'mod 2',
  )
})

traps('the terminating fallback is decided for each list by itself', () => {
  const spec = { ...IP, externalIPs: ['198.51.100.1'], externalTrafficPolicy: 'Local' as const }
  const draining = at('10.244.1.1', { nodeName: HERE, conditions: DRAINING })
  const { rules } = compile([service(spec), slice([draining, at('10.244.2.1')])])
  assert.equal(rules(`local-${WEB}`), ['meta l4proto tcp dnat to 10.244.1.1:8080'])
  assert.equal(rules(`service-${WEB}`), ['meta l4proto tcp dnat to 10.244.2.1:8080'])
})

traps('an endpoint that serves and is neither ready nor terminating is never used', () => {
  const conditions = { ready: false, serving: true }
  const { rules, elements } = compile([service(IP), slice([at('10.244.1.1', { conditions })])])
  assert.is(rules(`service-${WEB}`), undefined)
  assert.equal(elements('no-endpoint-services'), ['10.96.0.1 . tcp . 80 : goto reject-chain'])
})

traps('ports meet by name and protocol: the number and targetPort do not count', () => {
  const ports = [
    { name: 'a', port: 80, targetPort: 1234 },
    { name: 'b', port: 53, protocol: 'UDP' as const },
  ]
  const slicePorts = [
    { name: 'a', port: 9000 },
    { name: 'b', port: 9001 },
  ]
  const { rules, elements } = compile([
    service({ ...IP, ports }),
    slice([{ addresses: ['10.244.1.1', '10.244.1.2'] }], { ports: slicePorts }),
  ])
  assert.equal(rules(`service-${WEB}a`), ['meta l4proto tcp dnat to 10.244.1.1:9000'])
  assert.equal(elements('no-endpoint-services'), ['10.96.0.1 . udp . 53 : goto reject-chain'])
})

traps('endpoints sort as the text of address and port', () => {
  const texts = ['10.244.1.9', '10.244.1.1', '10.244.1.11', '10.244.1.10']
  const sorted = ['10.244.1.10', '10.244.1.11', '10.244.1.1', '10.244.1.9']
  assert.equal(targets(texts.map(text => at(text))), sorted)
})

traps('a live copy of an endpoint beats a terminating one', () => {
  const dying = slice([at('10.244.1.1', { conditions: DRAINING })], { metadata: named('a') })
  const live = slice([at('10.244.1.1')], { metadata: named('b') })
  const { rules } = compile([service(IP), dying, live, slice([at('10.244.1.2')])])
  assert.match(rules(`service-${WEB}`)?.[0] ?? '', 'mod 2')
})

traps('a family without a ClusterIP of the Service gets nothing', () => {
  const spec = { ...IP, externalIPs: ['2001:db8::1', '198.51.100.1'] }
  const endpoints = { addressType: 'IPv6' as const }
  const { elements } = compile([service(spec), slice([at('fd00:10::1')], endpoints)], 'IPv6')
  for (const name of ['service-ips', 'no-endpoint-services', 'cluster-ips']) {
    assert.equal(elements(name), [], name)
  }
})

traps('comments are cut at 128 bytes', () => {
  const [name, portName] = ['n'.repeat(63), 'p'.repeat(63)]
  const ports = [{ name: portName, port: 80 }]
  const { text } = compile([service({ ...IP, ports }, { name, namespace: name })])
  const comments = [...text.matchAll(/tcp . 80 comment "([^"]*)"/g)].map(([, it = '']) => it)
  assert.equal(comments, [`${name}/${name}:`.slice(0, 128)])
})

traps('a destination that two Services claim has one element', () => {
  const other = service(IP, { name: 'other' })
  const { elements, reported } = compile([service(IP), other])
  assert.equal(elements('no-endpoint-services'), ['10.96.0.1 . tcp . 80 : goto reject-chain'])
  assert.ok(reported.includes('KN101 spec.clusterIP'))
})

traps('addresses are canonical in every place', () => {
  const status = { loadBalancer: { ingress: [{ ip: '203.0.113.010' }] } }
  const spec = {
    clusterIP: '10.096.0.1',
    externalIPs: ['198.51.100.001'],
    type: 'LoadBalancer' as const,
    allocateLoadBalancerNodePorts: false,
    loadBalancerSourceRanges: ['192.0.02.9/24'],
  }
  const { text } = compile([
    service(spec, { status }),
    slice([at('10.244.01.1'), at('10.244.1.1')]),
  ])
  for (const right of ['10.96.0.1', '198.51.100.1', '203.0.113.10', '192.0.2.0/24', '10.244.1.1'])
    assert.match(text, right)
  assert.not.match(text, /\b0\d+\./)
  assert.not.match(text, /\.0\d/)
})

traps('Endpoints serve where no slice of the Service does', () => {
  const endpoints = inputObject('Endpoints', {
    metadata: { name: 'web' },
    subsets: [{ addresses: [{ ip: '10.244.9.9' }], ports: [{ port: 8080 }] }],
  })
  const chain = (...objects: InputObject[]) =>
    compile([service(IP), endpoints, ...objects]).rules(`service-${WEB}`)
  assert.equal(chain(), ['meta l4proto tcp dnat to 10.244.9.9:8080'])
  assert.equal(chain(slice([at('10.244.1.1')])), ['meta l4proto tcp dnat to 10.244.1.1:8080'])
  assert.is(chain(slice([])), undefined)
})

traps.run()
