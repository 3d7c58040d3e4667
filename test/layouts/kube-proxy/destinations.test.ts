import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { endpoint, PortFields } from '../../build.js'
import { LOCAL, lower, PUBLIC, REMOTE, SHORT_CIRCUITS, WEB } from '../tables.js'

// What is easily missed in where traffic may go and where it ends.

const traps = suite('destinations in the kube-proxy layout')

const PUBLIC_KEYS = ['198.51.100.1 . tcp . 80', '203.0.113.1 . tcp . 80']
const CLUSTER_KEY = '10.96.0.1 . tcp . 80'
const GUARDED: PortFields = { ...PUBLIC, sourceRanges: ['192.0.2.0/24'] }

const each = (keys: readonly string[], verdict: string) => keys.map(key => `${key} : ${verdict}`)

traps('external Local without local endpoints: served for short circuits, and dropped', () => {
  const words = lower([{ ...PUBLIC, externalPolicy: 'Local', endpoints: [REMOTE] }])
  assert.equal(words.elements('service-ips'), [
    `${CLUSTER_KEY} : goto service-${WEB}`,
    ...each(PUBLIC_KEYS, `goto external-${WEB}`),
  ])
  assert.equal(words.elements('no-endpoint-services'), each(PUBLIC_KEYS, 'drop'))
  assert.equal(words.elements('service-nodeports'), [`tcp . 30080 : goto external-${WEB}`])
  assert.equal(words.elements('no-endpoint-nodeports'), ['tcp . 30080 : drop'])
  assert.equal(words.rules(`external-${WEB}`), SHORT_CIRCUITS)
  assert.is(words.rules(`local-${WEB}`), undefined)
})

traps('external Local with local endpoints: short circuits first, then the local ones', () => {
  const words = lower([{ ...PUBLIC, externalPolicy: 'Local', endpoints: [LOCAL, REMOTE] }])
  assert.equal(words.rules(`external-${WEB}`), [...SHORT_CIRCUITS, `goto local-${WEB}`])
  assert.equal(words.rules(`local-${WEB}`), ['meta l4proto tcp dnat to 10.244.1.1:8080'])
  assert.equal(words.elements('no-endpoint-services'), [])
  assert.equal(words.elements('no-endpoint-nodeports'), [])
})

traps('only a Local policy in the way drops, no endpoints at all reject', () => {
  const ofClusterIP = (endpoints: readonly ReturnType<typeof endpoint>[]) =>
    lower([{ internalPolicy: 'Local', endpoints }]).elements('no-endpoint-services')
  assert.equal(ofClusterIP([REMOTE]), [`${CLUSTER_KEY} : drop`])
  assert.equal(ofClusterIP([]), [`${CLUSTER_KEY} : goto reject-chain`])
  const words = lower([{ ...PUBLIC, externalPolicy: 'Local' }])
  const keys = [CLUSTER_KEY, ...PUBLIC_KEYS]
  assert.equal(words.elements('no-endpoint-services'), each(keys, 'goto reject-chain'))
  assert.equal(words.elements('no-endpoint-nodeports'), ['tcp . 30080 : goto reject-chain'])
  assert.equal(words.elements('service-ips'), [])
  assert.is(words.rules(`external-${WEB}`), undefined)
  assert.equal(words.rules('reject-chain'), ['reject'])
})

traps('source ranges guard load balancer IPs alone, before DNAT, also without endpoints', () => {
  for (const endpoints of [[], [LOCAL]]) {
    const words = lower([{ ...GUARDED, endpoints }])
    assert.equal(words.elements('firewall-ips'), [`203.0.113.1 . tcp . 80 : goto firewall-${WEB}`])
    assert.equal(words.rules(`firewall-${WEB}`), ['ip saddr != { 192.0.2.0/24 } drop'])
  }
  const { table } = lower([])
  const priorityOf = (name: string) =>
    table.chains.find(chain => chain.name === name)?.base?.priority ?? assert.unreachable(name)
  assert.ok(priorityOf('filter-prerouting-pre-dnat') < priorityOf('nat-prerouting'))
  assert.ok(priorityOf('filter-output-pre-dnat') < priorityOf('nat-output'))
})

traps("load balancer IPs may come in where a source range holds the node's address", () => {
  const words = lower([{ ...GUARDED, sourceRanges: ['192.0.2.0/24', '192.168.0.0/16'] }])
  assert.equal(words.rules(`firewall-${WEB}`), [
    'ip saddr != { 192.0.2.0/24, 192.168.0.0/16, 203.0.113.1 } drop',
  ])
})

traps('every ClusterIP is guarded for every protocol, external addresses are not', () => {
  const words = lower([PUBLIC, { name: 'b', clusterIP: '10.96.0.2', endpoints: [LOCAL] }])
  assert.equal(words.elements('cluster-ips'), ['10.96.0.1', '10.96.0.2'])
  assert.equal(words.rules('cluster-ips-check'), [
    'ip daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"',
  ])
})

traps("unallocated addresses of the family's service CIDRs are dropped after the guard", () => {
  const serviceCIDRs = ['10.96.0.0/16', 'fd00::/108', '10.97.0.0/16']
  const [, drop] = lower([], { serviceCIDRs }).rules('cluster-ips-check') ?? []
  const comment = 'comment "Drop traffic to unallocated ClusterIPs"'
  assert.is(drop, `ip daddr { 10.96.0.0/16, 10.97.0.0/16 } drop ${comment}`)
  const [, drop6] = lower([], { serviceCIDRs, family: 'IPv6' }).rules('cluster-ips-check') ?? []
  assert.is(drop6, `ip6 daddr { fd00::/108 } drop ${comment}`)
})

traps('primary may mean all, and loopback never serves node ports', () => {
  const v4 = lower([])
  assert.equal(v4.elements('nodeport-ips'), ['192.168.0.1'])
  const nodePort = 'meta l4proto . th dport vmap'
  assert.is(v4.rules('services')?.at(-1), `ip daddr @nodeport-ips ${nodePort} @service-nodeports`)
  assert.equal(v4.rules('nodeport-endpoints-check'), [
    `ip daddr @nodeport-ips ${nodePort} @no-endpoint-nodeports`,
  ])
  const v6 = lower([], { family: 'IPv6' })
  assert.is(v6.elements('nodeport-ips'), undefined)
  assert.is(
    v6.rules('services')?.at(-1),
    `fib daddr type local ip6 daddr != ::1 ${nodePort} @service-nodeports`,
  )
  assert.equal(v6.rules('nodeport-endpoints-check'), [
    `ip6 daddr != ::1 ${nodePort} @no-endpoint-nodeports`,
  ])
  const all = lower([], { settings: { nodePortAddresses: ['all'] } })
  assert.match(all.rules('services')?.at(-1) ?? '', 'ip daddr != 127.0.0.0/8 ')
  const settings = { nodePortAddresses: ['127.0.0.0/8', 'localhost'] }
  assert.equal(lower([], { settings }).elements('nodeport-ips'), [])
})

traps.run()
