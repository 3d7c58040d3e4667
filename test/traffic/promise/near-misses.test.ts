import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { trace } from '../../../src/index.js'

const misses = suite('near misses')

const NODES = `
apiVersion: v1
kind: Node
metadata: { name: n1 }
spec: { podCIDRs: [10.244.1.0/24] }
status: { addresses: [{ type: InternalIP, address: 192.168.10.11 }, { type: InternalIP, address: "2001:db8:9::11" }] }
`

const nodePort = (spec: string): string =>
  /type: (?:NodePort|LoadBalancer)/.test(spec) ? ', nodePort: 30080' : ''

const service = (spec: string, more = ''): string =>
  `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop${more} }
spec: { ports: [{ name: http, port: 80, protocol: TCP${nodePort(spec)} }], ${spec} }
`

const slice = (ports: string, endpoints = '[{ addresses: [10.244.1.5] }]', type = 'IPv4'): string =>
  `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, namespace: shop, labels: { kubernetes.io/service-name: web } }
addressType: ${type}
ports: ${ports}
endpoints: ${endpoints}
`

const VIP = 'clusterIP: 10.96.0.20'
const HTTP = '[{ name: http, port: 8080, protocol: TCP }]'
const OTHER_PROXY = ', labels: { service.kubernetes.io/service-proxy-name: mesh }'

type Row = readonly [objects: string, to: string, code: string, text: RegExp]

/** Every field that mentions the destination and makes no rule for it. */
const ROWS: readonly Row[] = [
  [
    service('clusterIP: None, externalIPs: [203.0.113.80]'),
    '203.0.113.80:80',
    'headless',
    /^203\.0\.113\.80 is an external IP of shop\/web, which is headless \(clusterIP None\)/,
  ],
  [
    service('type: ExternalName, externalName: example.org, externalIPs: [203.0.113.80]'),
    '203.0.113.80:80',
    'external-name',
    /external IP of shop\/web, which is of type ExternalName/,
  ],
  [
    service(`${VIP}, externalIPs: [203.0.113.80]`, OTHER_PROXY),
    '203.0.113.80:80',
    'other-proxy',
    /external IP of shop\/web, which the label .*service-proxy-name: "mesh" gives to another proxy/,
  ],
  [
    service(`${VIP}, externalIPs: ["2001:db8::80"]`),
    '[2001:db8::80]:80',
    'other-family',
    /which has no IPv6 cluster IP/,
  ],
  [
    `${service(`type: LoadBalancer, ${VIP}`)}status: { loadBalancer: { ingress: [{ ip: "2001:db8::81" }] } }\n`,
    '[2001:db8::81]:80',
    'other-family',
    /^2001:db8::81 is a load balancer IP of shop\/web, which has no IPv6 cluster IP/,
  ],
  [
    `${service(`type: LoadBalancer, ${VIP}`)}status: { loadBalancer: { ingress: [{ ip: 203.0.113.81, ipMode: Proxy }] } }\n`,
    '203.0.113.81:80',
    'ip-mode-proxy',
    /in ipMode Proxy/,
  ],
  [
    service(`type: LoadBalancer, ${VIP}, loadBalancerIP: 203.0.113.82`),
    '203.0.113.82:80',
    'not-assigned',
    /the load balancer IP asked for of shop\/web, but not among status\.loadBalancer\.ingress/,
  ],
  [
    service(`type: NodePort, ${VIP}`),
    '[2001:db8:9::11]:30080',
    'other-family',
    /^30080\/TCP is a node port of shop\/web:http for IPv4 alone/,
  ],
  [
    service(`type: NodePort, ${VIP}`, OTHER_PROXY),
    '192.168.10.11:30080',
    'other-proxy',
    /^30080\/TCP is a node port of shop\/web:http, which the label/,
  ],
  [
    service(VIP) + slice('[{ name: "", port: 8080, protocol: TCP }]'),
    '10.96.0.20:80',
    'other-port-name',
    /^no endpoint has a TCP port named "http": slice shop\/web-1 has 1 endpoint with the port TCP without a name$/,
  ],
  [
    service(VIP) + slice('[{ name: http, port: 8080, protocol: UDP }]'),
    '10.96.0.20:80',
    'other-port-name',
    /with the port UDP "http"$/,
  ],
  [service(VIP) + slice('[]'), '10.96.0.20:80', 'other-port-name', /has 1 endpoint with no port$/],
  [
    service(VIP) + slice(HTTP, '[{ addresses: ["2001:db8:1::5"] }]', 'IPv6'),
    '10.96.0.20:80',
    'other-address-type',
    /^no endpoint is of IPv4: slice shop\/web-1 has 1 endpoint of IPv6$/,
  ],
  [
    service(VIP) + slice(HTTP, '[{ addresses: [web.example.org] }]', 'FQDN'),
    '10.96.0.20:80',
    'other-address-type',
    /1 endpoint of FQDN$/,
  ],
  [
    service(VIP) + slice(HTTP, '[]'),
    '10.96.0.20:80',
    'no-endpoints',
    /^no endpoints: none is known$/,
  ],
  // Nothing mentions these.
  [service(VIP), '203.0.113.99:80', 'no-service', /^no Service has the destination/],
  [service(VIP), '192.168.10.11:30081', 'this-node', /is no node port$/],
]

for (const [objects, to, code, text] of ROWS) {
  misses(`${code}: ${text.source}`, () => {
    const source = { name: 'objects.yaml', text: `${NODES}${objects}` }
    const from = to.startsWith('[') ? '2001:db8:77::1' : '198.51.100.7'
    const { report, diagnostics } = trace(
      { from, to },
      { objects: [source] },
      { node: 'n1', 'cluster-cidr': '10.244.0.0/16' },
    )
    assert.is(report?.reason?.code, code, JSON.stringify(diagnostics.map(one => one.message)))
    assert.match(report?.reason?.text ?? '', text)
    assert.equal(report?.backends, [])
    const isAboutObject = code !== 'no-service' && code !== 'this-node'
    assert.is(report?.reason?.at?.startsWith('objects.yaml:') ?? false, isAboutObject)
  })
}

misses.run()
