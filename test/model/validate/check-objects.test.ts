import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { EndpointSpec } from '../../../src/generated/types.gen.js'
import type { InputObject } from '../../../src/input/objects.js'
import { checkObjects } from '../../../src/model/validate/objects.js'
import { processorSeconds } from '../../processor-time.js'
import { found, inputObject, inputObjects, service } from '../objects.js'

const rules = suite('check objects')

function check(...objects: InputObject[]): string[] {
  const problems = new Diagnostics()
  checkObjects(inputObjects(...objects), { from: 30000, to: 32767 }, problems)
  return found(problems)
}

/** As an API server fills a load balancer, with what kubectl prints beside. */
const filled = {
  type: 'LoadBalancer',
  allocateLoadBalancerNodePorts: true,
  clusterIP: '10.96.12.7',
  clusterIPs: ['10.96.12.7', 'fd00:10:96::7'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: 'PreferDualStack',
  externalTrafficPolicy: 'Local',
  internalTrafficPolicy: 'Cluster',
  healthCheckNodePort: 31234,
  ports: [
    { name: 'http', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 30080 },
    { name: 'h3', protocol: 'UDP', port: 80, targetPort: 8080, nodePort: 30081 },
  ],
  selector: { app: 'web' },
  sessionAffinity: 'ClientIP',
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
  loadBalancerSourceRanges: ['10.0.0.0/8'],
} satisfies Parameters<typeof service>[0]

rules('a cluster as kubectl dumps it has no problems', () => {
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.9', ipMode: 'VIP' as const }] } }
  const slice = {
    metadata: { name: 'web-7xk2p', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4' as const,
    endpoints: [
      {
        addresses: ['10.244.1.5'],
        conditions: { ready: true, serving: true, terminating: false },
        hints: { forZones: [{ name: 'eu-west-1a' }] },
        nodeName: 'worker-1.example.internal',
        targetRef: { kind: 'Pod', name: 'web-5d4f' },
        zone: 'eu-west-1a',
      },
    ],
    ports: [{ name: 'http', protocol: 'TCP' as const, port: 8080 }],
  }
  const node = {
    metadata: { name: 'worker-1.example.internal', labels: { 'topology.kubernetes.io/zone': 'a' } },
    spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'] },
    status: {
      addresses: [
        { type: 'InternalIP', address: '192.0.2.20' },
        { type: 'Hostname', address: 'worker-1' },
      ],
    },
  }
  const endpoints = {
    metadata: { name: 'kubernetes' },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ name: 'https', port: 6443 }] }],
  }
  assert.equal(
    check(
      service(filled, { status }),
      service(
        { clusterIP: 'None', clusterIPs: ['None'], sessionAffinity: 'None' },
        { name: 'headless' },
      ),
      service(
        {
          type: 'ExternalName',
          externalName: 'db.example.com',
          ports: [],
          sessionAffinity: 'None',
        },
        { name: 'db' },
      ),
      inputObject('EndpointSlice', slice),
      inputObject('Endpoints', endpoints),
      inputObject('Node', node),
      inputObject('ServiceCIDR', {
        metadata: { name: 'kubernetes' },
        spec: { cidrs: ['10.96.0.0/12'] },
      }),
    ),
    [],
  )
})

rules('Services as the documentation shows them have no problems', () => {
  const selector = { 'app.kubernetes.io/name': 'MyApp' }
  assert.equal(
    check(
      service(
        { selector, ports: [{ protocol: 'TCP', port: 80, targetPort: 9376 }] },
        { name: 'a' },
      ),
      service(
        { type: 'NodePort', selector, ports: [{ port: 80, targetPort: 80, nodePort: 30007 }] },
        { name: 'b' },
      ),
      service(
        { type: 'LoadBalancer', clusterIP: '10.0.171.239' },
        { name: 'c', status: { loadBalancer: { ingress: [{ ip: '192.0.2.127' }] } } },
      ),
      service({ externalIPs: ['198.51.100.32'], clusterIP: '' }, { name: 'd' }),
      service(
        { type: 'ExternalName', externalName: 'my.database.example.com', ports: [] },
        { name: 'e' },
      ),
      service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }, { name: 'f' }),
    ),
    [],
  )
})

rules('every kind is checked, for its name and for its own rules', () => {
  assert.equal(
    check(
      service({ ports: [], externalIPs: ['x'], externalTrafficPolicy: 'Local', type: 'ClusterIP' }),
      inputObject('EndpointSlice', {
        metadata: { name: 'A' },
        addressType: 'IPv4',
        endpoints: [{}],
      }),
      inputObject('Endpoints', {
        metadata: { name: 'B' },
        subsets: [{ ports: [{ name: 'X', port: 1 }] }],
      }),
      inputObject('Node', { metadata: { name: 'C' }, spec: { podCIDR: 'x' } }),
      inputObject('ServiceCIDR', { metadata: { name: 'D' }, spec: { cidrs: ['x'] } }),
    )
      .map(problem => problem.slice(0, 5))
      .sort(),
    ['KN020', 'KN020', 'KN020', 'KN020', 'KN021', 'KN022', 'KN030', 'KN050', 'KN051', 'KN060'],
  )
})

rules('100,000 endpoints in 10,000 slices take a fraction of a second', () => {
  const endpoint = (i: number): EndpointSpec => ({
    addresses: [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`],
    nodeName: `ip-10-0-${i % 100}-1.eu-west-1.compute.internal`,
    hints: { forZones: [{ name: 'eu-west-1a' }, { name: 'eu-west-1b' }] },
  })
  const slices = Array.from({ length: 10_000 }, (_, i) =>
    inputObject('EndpointSlice', {
      metadata: { name: `web-${i}`, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: Array.from({ length: 10 }, (_, j) => endpoint(i * 10 + j)),
      ports: [{ name: 'http', port: 8080 }],
    }),
  )
  const objects = inputObjects(...slices)
  const problems = new Diagnostics()
  const seconds = processorSeconds(() =>
    checkObjects(objects, { from: 30000, to: 32767 }, problems),
  )
  assert.equal(problems.all(), [])
  // A tenth of it is usual.
  assert.ok(seconds < 0.8, `${seconds} s`)
})

rules.run()
