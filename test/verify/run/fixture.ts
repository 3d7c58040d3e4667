import type { Family, Ip } from '../../../src/address/address.js'
import { loadCluster } from '../../../src/compile.js'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { ServicePort } from '../../../src/model/service-port.js'
import { parseOptions } from '../../../src/options/table.js'
import { type Client, type Expectation, fraction } from '../../../src/traffic/packet.js'
import type { Check, DestinationKind } from '../../../src/verify/check.js'
import { RUN_DEFAULTS, type RunSettings } from '../../../src/verify/run/run.js'

export const NODE = '192.168.50.11' as Ip
export const OUTSIDE: Client = {
  kind: 'outside',
  name: 'outside 203.0.113.7',
  ip: '203.0.113.7' as Ip,
  inputInterface: 'eth0',
}
export const POD: Client = {
  kind: 'pod',
  name: 'pod here 10.244.1.200',
  ip: '10.244.1.200' as Ip,
  inputInterface: 'veth1',
}

/** A Service each of no affinity and of affinity, and one that lets in some sources only. */
const OBJECTS = `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  clusterIP: 10.96.0.1
  ports:
    - { name: http, port: 80 }
    - { name: dns, port: 53, protocol: UDP }
---
apiVersion: v1
kind: Service
metadata: { name: sticky, namespace: shop }
spec:
  type: NodePort
  clusterIP: 10.96.0.2
  sessionAffinity: ClientIP
  ports: [{ port: 80, nodePort: 30080 }]
---
apiVersion: v1
kind: Service
metadata: { name: picky }
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.3
  sessionAffinity: ClientIP
  loadBalancerSourceRanges: [203.0.113.0/24]
  ports: [{ port: 80, nodePort: 30081 }]
status: { loadBalancer: { ingress: [{ ip: 198.51.100.1 }] } }
`

const ports: readonly ServicePort[] = loadCluster(
  [{ name: 'shop.yaml', text: OBJECTS }],
  parseOptions({ 'service-cidr': '10.96.0.0/16' }),
  undefined,
  new Diagnostics(),
).cluster.ports.IPv4

/** A service port of the objects. */
export function portOf(name: string, portName = ''): ServicePort {
  const found = ports.find(one => one.name === name && one.portName === portName)
  if (found === undefined) throw new Error(`no port ${name}:${portName}`)
  return found
}

/** Backends `10.244.1.10:8080`, `.11`, ... with weights. */
export const backends = (weights: readonly number[], masqueraded = false): Expectation => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return {
    verdict: 'backends',
    reason: { code: 'test', text: 'the test says so' },
    backends: weights.map((weight, i) => ({
      at: backendAt(i),
      share: fraction(weight, total),
      masqueraded,
    })),
  }
}

export const backendAt = (i: number): { ip: Ip; port: number } => ({
  ip: `10.244.1.${10 + i}` as Ip,
  port: 8080,
})

export const verdict = (kind: 'refused' | 'dropped' | 'untouched'): Expectation => ({
  verdict: kind,
  reason: { code: 'test', text: 'the test says so' },
})

/** A check of the ClusterIP of `web`, port http, from outside, as far as nothing else is said. */
export function check(
  expected: Expectation,
  {
    client = OUTSIDE,
    port = portOf('web', 'http'),
    kind = 'cluster-ip' as DestinationKind,
    ip = (port.clusterIP ?? '') as string,
    number = 80,
    protocol = 'tcp' as 'tcp' | 'udp' | 'sctp',
  } = {},
): Check {
  const destination = { ip: ip as Ip, port: number, protocol, kind, servicePort: port }
  return { client, destination, expected }
}

/** A check of what no Service promises. */
export const ofNobody = (owned: Check): Check => ({
  ...owned,
  destination: { ...owned.destination, servicePort: undefined },
})

/** Clients outside, a fresh one whenever one is asked for. */
export function* strangers(_family: Family, count = 60_000): Iterable<Client> {
  for (let i = 0; i < count; i++) {
    const ip = `198.18.${i >> 8}.${i & 255}` as Ip
    yield { kind: 'outside', name: `outside ${ip}`, ip, inputInterface: 'eth0' }
  }
}

export const SETTINGS: RunSettings = {
  ...RUN_DEFAULTS,
  nodeAddresses: [NODE],
  strangers,
  now: () => 0,
}
