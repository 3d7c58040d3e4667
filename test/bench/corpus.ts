import { writeFileSync } from 'node:fs'
import type { HashBy } from '../../src/model/hash.js'

/**
 * Writes what `kubectl get services,endpointslices,nodes -A -o json` prints for a cluster of the given
 * number of Services with ten endpoints each: indented, with all the fields nobody reads.
 *
 * @param variant what is else than usual
 */
export function writeCorpus(file: string, services: number, variant: Variant = {}): void {
  const { moved, hash } = variant
  const annotations = hash === undefined ? {} : { 'kubenat.dev/hash': hash }
  const items = [
    ...nodes(),
    ...Array.from({ length: services }, (_, i) => objects(i, i === moved, annotations)).flat(),
  ]
  const list = { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }
  writeFileSync(file, `${JSON.stringify(list, undefined, 4)}\n`)
}

/** How a corpus differs from others. */
interface Variant {
  /** The number of a Service whose first endpoint has another address. */
  readonly moved?: number
  /** What of its clients every Service hashes. */
  readonly hash?: HashBy
}

const NODES = 50
const ENDPOINTS = 10
const MOVED = '10.200.0.1'

const nodes = (): object[] =>
  Array.from({ length: NODES }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      ...metadata(`worker-${i}`, i),
      labels: { 'topology.kubernetes.io/zone': `zone-${'abc'[i % 3]}` },
    },
    spec: { podCIDR: `10.${100 + i}.0.0/16`, podCIDRs: [`10.${100 + i}.0.0/16`] },
    status: {
      addresses: [
        { address: `192.168.0.${i + 1}`, type: 'InternalIP' },
        { address: `worker-${i}`, type: 'Hostname' },
      ],
    },
  }))

/** Eight ClusterIP Services in ten, one NodePort, one load balancer without node ports. */
function objects(i: number, moved: boolean, annotations: object): object[] {
  const name = `service-${i}`
  const namespace = `team-${i % 100}`
  const type = i % 10 === 9 ? 'LoadBalancer' : i % 10 === 8 ? 'NodePort' : 'ClusterIP'
  const clusterIP = `10.96.${(i >> 8) & 255}.${i & 255}`
  const nodePort = type === 'NodePort' ? { nodePort: 30000 + Math.floor(i / 10) } : {}
  const ingress = [{ ip: `172.${16 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, ipMode: 'VIP' }]
  const labels = { app: name, 'app.kubernetes.io/managed-by': 'Helm' }
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata(name, i, annotations), namespace, labels },
      spec: {
        clusterIP,
        clusterIPs: [clusterIP],
        internalTrafficPolicy: 'Cluster',
        ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Cluster' }),
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http', ...nodePort }],
        selector: { app: name },
        sessionAffinity: 'None',
        ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: false } : {}),
        type,
      },
      status: { loadBalancer: type === 'LoadBalancer' ? { ingress } : {} },
    },
    {
      addressType: 'IPv4',
      apiVersion: 'discovery.k8s.io/v1',
      endpoints: Array.from({ length: ENDPOINTS }, (_, k) => endpoint(i, k, namespace, moved)),
      kind: 'EndpointSlice',
      metadata: {
        ...metadata(`${name}-x7k2p`, i),
        namespace,
        generateName: `${name}-`,
        labels: { ...labels, 'kubernetes.io/service-name': name },
        ownerReferences: [
          {
            apiVersion: 'v1',
            blockOwnerDeletion: true,
            controller: true,
            kind: 'Service',
            name,
            uid: uid(i),
          },
        ],
      },
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    },
  ]
}

function endpoint(i: number, k: number, namespace: string, moved: boolean): object {
  const node = (i + k) % NODES
  const n = i * ENDPOINTS + k
  return {
    addresses: [moved && k === 0 ? MOVED : `10.${100 + node}.${(n >> 8) & 255}.${n & 255}`],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `worker-${node}`,
    targetRef: { kind: 'Pod', name: `service-${i}-6d4cf56db6-${k}x2vq`, namespace, uid: uid(n) },
    zone: `zone-${'abc'[node % 3]}`,
  }
}

const metadata = (name: string, i: number, annotations: object = {}) => ({
  annotations: { 'meta.helm.sh/release-name': name, ...annotations },
  creationTimestamp: '2026-01-15T09:30:00Z',
  name,
  resourceVersion: String(1_000_000 + i),
  uid: uid(i),
})

const uid = (i: number): string => `${String(i).padStart(8, '0')}-4c5d-4e6f-8a7b-9c0d1e2f3a4b`
