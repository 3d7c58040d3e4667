import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { planNode } from '../../src/plan/plan.js'
import {
  cluster,
  endpoint,
  HERE,
  ips,
  node,
  type PortFields,
  servicePort,
  settings,
  THERE,
} from '../build.js'
import { service } from '../model/objects.js'

const plans = suite('plan')

const planPort = (fields: PortFields, at = node()) => {
  const [port] = planNode(cluster([servicePort(fields)]), at, 'IPv4', settings()).ports
  if (port === undefined) throw new Error('the port is not planned')
  return port
}

plans('a plan holds the ports and the service CIDRs of its own family', () => {
  const ports = [
    servicePort({ name: 'b' }),
    servicePort({ name: 'a' }),
    servicePort({ name: 'c', family: 'IPv6', clusterIP: 'fd00::1' }),
  ]
  const all = cluster(ports, ['10.96.0.0/16', 'fd00::/108', '10.97.0.0/16'])
  const namesOf = (family: 'IPv4' | 'IPv6') =>
    planNode(all, node(), family, settings()).ports.map(({ port }) => port.name)
  assert.equal([namesOf('IPv4'), namesOf('IPv6')], [['b', 'a'], ['c']])
  assert.equal(planNode(all, node(), 'IPv4', settings()).serviceCIDRs, [
    '10.96.0.0/16',
    '10.97.0.0/16',
  ])
  assert.equal(planNode(all, node(), 'IPv6', settings()).serviceCIDRs, ['fd00::/108'])
})

plans('settings reach the plan', () => {
  const given = settings({ masqueradeAll: true, masqueradeBit: 7, nodePortAddresses: ['all'] })
  const plan = planNode(cluster([]), node(), 'IPv6', given)
  assert.equal([plan.masqueradeAll, plan.masqueradeBit, plan.nodePorts], [true, 7, { kind: 'all' }])
  assert.equal(plan.detector, { kind: 'cidr', cidr: 'fd00:10:244::/56' })
})

plans('endpoints of all ports count, whatever their state', () => {
  const ports = [
    servicePort({ endpoints: [endpoint('10.1.0.1'), endpoint('10.1.0.2', { ready: false })] }),
    servicePort({ name: 'b', endpoints: [endpoint('10.1.0.1')] }),
    servicePort({ name: 'c', family: 'IPv6', endpoints: [endpoint('fd00::1')] }),
  ]
  assert.is(planNode(cluster(ports), node(), 'IPv4', settings()).endpointCount, 3)
})

plans('health checks are for load balancers under the Local policy', () => {
  const healthPort = (
    type: 'LoadBalancer' | 'NodePort',
    externalPolicy: 'Local' | 'Cluster',
    number = 32000,
  ) =>
    planPort({ service: service({ type, healthCheckNodePort: number }), externalPolicy })
      .healthCheckNodePort
  assert.is(healthPort('LoadBalancer', 'Local'), 32000)
  assert.is(healthPort('LoadBalancer', 'Cluster'), undefined)
  assert.is(healthPort('NodePort', 'Local'), undefined)
  assert.is(healthPort('LoadBalancer', 'Local', 0), undefined)
})

plans('hairpin is for reachable endpoints on this node by their node name', () => {
  const endpoints = [
    endpoint('10.1.0.1', { nodeName: HERE }),
    endpoint('10.1.0.2'),
    endpoint('10.1.0.3', { nodeName: THERE }),
    endpoint('10.1.0.4', { nodeName: HERE, ready: false }),
    endpoint('10.1.0.5', { nodeName: HERE, weight: 0 }),
  ]
  assert.equal(ips(planPort({ endpoints }).hairpin), ['10.1.0.1', '10.1.0.5'])
})

plans('externals are served if the port has such a destination and is alive anywhere', () => {
  const endpoints = [endpoint('10.2.0.1', { nodeName: THERE })]
  const external: PortFields = { nodePort: 30080, externalPolicy: 'Local' }
  assert.is(planPort({ ...external, endpoints }).servesExternal, true)
  assert.is(planPort(external).servesExternal, false)
  assert.is(planPort({ endpoints }).servesExternal, false)
})

plans('weights count within each list by itself', () => {
  const endpoints = [
    endpoint('10.1.0.1', { nodeName: HERE, weight: 4 }),
    endpoint('10.2.0.1', { weight: 6 }),
  ]
  const { cluster: all, local } = planPort({
    endpoints,
    nodePort: 30080,
    externalPolicy: 'Local',
  })
  assert.equal(
    all.map(({ weight }) => weight),
    [2, 3],
  )
  assert.equal(
    local.map(({ weight }) => weight),
    [1],
  )
})

const GUARDED: PortFields = { loadBalancerIPs: ['203.0.113.1'], sourceRanges: ['198.51.100.0/24'] }

plans('source ranges bind load balancer addresses, where there are both', () => {
  assert.equal(planPort(GUARDED).allowedSources, ['198.51.100.0/24'])
  assert.is(planPort({ ...GUARDED, loadBalancerIPs: [] }).allowedSources, undefined)
  assert.is(planPort({ ...GUARDED, sourceRanges: [] }).allowedSources, undefined)
  const elsewhere: PortFields = { externalIPs: ['198.51.100.9'], nodePort: 30080 }
  assert.is(planPort({ ...GUARDED, ...elsewhere, loadBalancerIPs: [] }).allowedSources, undefined)
})

plans("a range that holds the node's primary address lets the load balancer addresses in", () => {
  const inside = { ...GUARDED, sourceRanges: ['198.51.100.0/24', '192.168.0.0/24'] }
  assert.equal(planPort(inside).allowedSources, [...inside.sourceRanges, '203.0.113.1'])
  const outside = node({ primary: { IPv4: '10.0.0.1' }, addresses: ['10.0.0.1', '192.168.0.1'] })
  assert.equal(planPort(inside, outside).allowedSources, inside.sourceRanges)
})

plans.run()
