import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { Service } from '../../src/generated/types.gen.js'
import type { InputObject } from '../../src/input/objects.js'
import {
  displayName,
  type EndpointLookup,
  modelServicePorts,
  type ServicePort,
} from '../../src/model/service-port.js'
import { endpoint, servicePort } from '../build.js'
import { found, service } from './objects.js'

const ports = suite('service ports')

const NONE: EndpointLookup = () => []

function model(object: InputObject<Service>, lookup = NONE): ServicePort[] {
  const problems = new Diagnostics()
  const modelled = modelServicePorts(object, ['IPv4'], lookup, problems)
  assert.equal(found(problems), [])
  return modelled
}

const IP = { clusterIP: '10.96.0.1' }
const DUAL = {
  clusterIP: '10.96.0.1',
  clusterIPs: ['10.96.0.1', 'fd00::1'],
  ipFamilies: ['IPv4', 'IPv6'] as ('IPv4' | 'IPv6')[],
}

ports("a Service in its shortest form has the API's defaults", () => {
  const object = service(IP)
  assert.equal(model(object), [servicePort({ service: object })])
})

ports('each port gives one service port in each family of the cluster IPs', () => {
  const list = [
    { name: 'a', port: 80 },
    { name: 'b', port: 53, protocol: 'UDP' as const },
  ]
  assert.equal(
    model(service({ ...DUAL, ports: list })).map(({ family, clusterIP, index, port, protocol }) =>
      [family, clusterIP, index, port, protocol].join(' '),
    ),
    [
      'IPv4 10.96.0.1 0 80 TCP',
      'IPv4 10.96.0.1 1 53 UDP',
      'IPv6 fd00::1 0 80 TCP',
      'IPv6 fd00::1 1 53 UDP',
    ],
  )
})

ports('endpoints are looked up by family, port name and protocol; targetPort is not read', () => {
  const asked: unknown[] = []
  const one = endpoint('10.1.0.1')
  const lookup: EndpointLookup = (object, ...key) => {
    asked.push([object.name, ...key])
    return [one]
  }
  const [port] = model(
    service({ ...IP, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 'other' }] }),
    lookup,
  )
  assert.equal(asked, [['web', 'IPv4', 'dns', 'UDP']])
  assert.equal(port?.endpoints, [one])
})

ports('Services that kube-proxy ignores give no port and no message', () => {
  const label = (key: string, value: string) => ({ metadata: { labels: { [key]: value } } })
  const ignored = [
    service({ type: 'ExternalName', externalName: 'example.com' }),
    service({ clusterIP: 'None' }),
    service({ clusterIPs: ['None'] }),
    service(IP, label('service.kubernetes.io/service-proxy-name', '')),
  ]
  for (const object of ignored) assert.equal(model(object), [])
})

ports('a Service with a cluster IP is served whatever its label "headless" says', () => {
  const metadata = { labels: { 'service.kubernetes.io/headless': '' } }
  assert.equal(
    model(service(IP, { metadata })).map(({ clusterIP }) => clusterIP),
    model(service(IP)).map(({ clusterIP }) => clusterIP),
  )
})

ports('a family without a cluster IP gets nothing, even with external IPs of that family', () => {
  const [port, ...more] = model(service({ ...IP, externalIPs: ['2001:db8::1', '198.51.100.1'] }))
  assert.equal(more, [])
  assert.equal(port?.externalIPs, ['198.51.100.1'])
})

ports('addresses are canonical, sorted, once each, and apart by family', () => {
  const externalIPs = ['198.51.100.009', '2001:DB8::0:1', '198.51.100.1', '198.51.100.9']
  const [port, port6] = model(service({ ...DUAL, externalIPs }))
  assert.equal(port?.externalIPs, ['198.51.100.1', '198.51.100.9'])
  assert.equal(port6?.externalIPs, ['2001:db8::1'])
})

ports('of the ingress, addresses of mode VIP count', () => {
  const ingress = [
    { ip: '203.0.113.3' },
    { ip: '203.0.113.2', ipMode: 'VIP' as const },
    { ip: '203.0.113.1', ipMode: 'Proxy' as const },
    { hostname: 'lb.example.com' },
  ]
  const spec = { ...IP, type: 'LoadBalancer' as const, allocateLoadBalancerNodePorts: false }
  const [port] = model(service(spec, { status: { loadBalancer: { ingress } } }))
  assert.equal(port?.loadBalancerIPs, ['203.0.113.2', '203.0.113.3'])
})

ports('source ranges are trimmed, masked, and apart by family', () => {
  const loadBalancerSourceRanges = [' 203.0.113.9/24\t', '2001:db8::/32', '010.0.0.0/8']
  const [port, port6] = model(service({ ...DUAL, loadBalancerSourceRanges }))
  assert.equal(port?.sourceRanges, ['10.0.0.0/8', '203.0.113.0/24'])
  assert.equal(port6?.sourceRanges, ['2001:db8::/32'])
})

ports(
  'an external Local policy counts where the API lets it: NodePort, LoadBalancer, external IPs',
  () => {
    const policyOf = (spec: Partial<Service['spec']>) =>
      model(service({ ...IP, externalTrafficPolicy: 'Local', ...spec }))[0]?.externalPolicy
    const nodePorts = { ports: [{ port: 80, nodePort: 30080 }] }
    assert.is(policyOf({}), 'Cluster')
    assert.is(policyOf({ externalIPs: ['198.51.100.1'] }), 'Local')
    assert.is(policyOf({ type: 'NodePort', ...nodePorts }), 'Local')
    assert.is(policyOf({ type: 'LoadBalancer', ...nodePorts }), 'Local')
  },
)

ports('an internal Local policy counts always', () => {
  assert.is(model(service({ ...IP, internalTrafficPolicy: 'Local' }))[0]?.internalPolicy, 'Local')
})

ports('ClientIP affinity lasts as long as is said, else three hours', () => {
  const secondsOf = (spec: Partial<Service['spec']>) =>
    model(service({ ...IP, ...spec }))[0]?.affinitySeconds
  assert.is(secondsOf({ sessionAffinity: 'None' }), undefined)
  assert.is(secondsOf({ sessionAffinity: 'ClientIP' }), 10800)
  const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } }
  assert.is(secondsOf({ sessionAffinity: 'ClientIP', sessionAffinityConfig }), 60)
})

ports('a node port that no API server has allocated is missed, unless none is wanted', () => {
  const warned = (spec: Partial<Service['spec']>) => {
    const problems = new Diagnostics()
    const [port] = modelServicePorts(service({ ...IP, ...spec }), [], NONE, problems)
    assert.is(port?.nodePort, undefined)
    return found(problems)
  }
  const warning = ['KN043 spec.ports.0.nodePort']
  assert.equal(warned({ type: 'NodePort' }), warning)
  assert.equal(warned({ type: 'NodePort', ports: [{ port: 80, nodePort: 0 }] }), warning)
  assert.equal(warned({ type: 'LoadBalancer' }), warning)
  assert.equal(warned({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }), [])
  assert.equal(warned({}), [])
})

ports(
  'a Service without a cluster IP keeps its other destinations, in the families it asks for',
  () => {
    const problems = new Diagnostics()
    const object = service({ externalIPs: ['2001:db8::1'], ipFamilyPolicy: 'PreferDualStack' })
    const modelled = modelServicePorts(object, ['IPv4', 'IPv6'], NONE, problems)
    assert.equal(
      modelled.map(port => [port.family, port.clusterIP, port.externalIPs]),
      [
        ['IPv4', undefined, []],
        ['IPv6', undefined, ['2001:db8::1']],
      ],
    )
    assert.equal(found(problems), ['KN042 spec.clusterIP'])
  },
)

ports('people read namespace/name, with the name of the port if it has one', () => {
  assert.is(displayName(servicePort()), 'default/web')
  assert.is(displayName(servicePort({ portName: 'http' })), 'default/web:http')
})

ports.run()
