import type { KubeObject } from '../../arbitrary/cluster.js'

/** Objects and options of a change that its name tells, before and after. */
export interface TrafficCase {
  readonly before: readonly KubeObject[]
  readonly after: readonly KubeObject[]
  /** Options of a compile beside those of the others; without a node, all are compared. */
  readonly options?: Readonly<Record<string, string>>
}

const NODES = ['worker-1', 'worker-2', 'worker-3']

const node = (name: string, more: readonly string[] = []): KubeObject => {
  const number = name.slice(-1)
  const addresses = [`192.168.10.1${number}`, ...more].map(address => ({
    type: 'InternalIP',
    address,
  }))
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDRs: [`10.244.${number}.0/24`] },
    status: { addresses },
  }
}

const nodes = NODES.map(name => node(name))

interface WebFields {
  readonly name?: string
  /** Node of each endpoint, by number; the endpoint's address tells both. */
  readonly endpoints?: readonly number[]
  readonly unnamed?: boolean
  readonly spec?: object
  readonly annotations?: object
}

/** A load balancer with a node port, and its endpoints. */
function web({ name = 'web', endpoints = [1, 2], unnamed, spec, annotations }: WebFields = {}) {
  const metadata = { namespace: 'shop', name }
  const pods = endpoints.map(number => ({
    addresses: [`10.244.${number}.20`],
    ...(unnamed ? {} : { nodeName: `worker-${number}` }),
    targetRef: { kind: 'Pod', name: `web-${number}` },
  }))
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, annotations: annotations ?? {} },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.20',
        ports: [{ name: 'http', port: 80, nodePort: 30080 }],
        ...spec,
      },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.20', ipMode: 'VIP' }] } },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: pods,
    },
  ] as KubeObject[]
}

const serviceCIDR = (...cidrs: readonly string[]): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes' },
  spec: { cidrs },
})

const local = { externalTrafficPolicy: 'Local' }
const only = (...objects: readonly (readonly KubeObject[])[]): readonly KubeObject[] =>
  [nodes, ...objects].flat()
const on = (name: string, more: object = {}) => ({ options: { node: name, ...more } })
const weighted = (...weights: readonly number[]) => ({
  annotations: {
    'kubenat.dev/weights': JSON.stringify(
      Object.fromEntries(weights.map((weight, index) => [`web-${index + 1}`, weight])),
    ),
  },
})
const ranges = (...list: readonly string[]) => ({ spec: { loadBalancerSourceRanges: list } })

/** Changes of all kinds, each as small as it can be. */
export const CASES: Readonly<Record<string, TrafficCase>> = {
  nothing: { before: only(web()), after: only(web()) },
  'endpoint-added': {
    before: only(web()),
    after: only(web({ endpoints: [1, 2, 3] })),
    ...on('worker-1'),
  },
  'endpoint-replaced-on-many-nodes': {
    before: only(web({ spec: local })),
    after: only(web({ endpoints: [1, 3], spec: local })),
  },
  'service-added': {
    before: only([serviceCIDR('10.96.0.0/16')]),
    after: only([serviceCIDR('10.96.0.0/16')], web()),
    ...on('worker-1'),
  },
  'service-removed': { before: only(web()), after: nodes, ...on('worker-1') },
  'port-changed': {
    before: only(web()),
    after: only(web({ spec: { ports: [{ name: 'http', port: 8000, nodePort: 30080 }] } })),
    ...on('worker-1'),
  },
  'scaled-to-zero': { before: only(web()), after: only(web({ endpoints: [] })), ...on('worker-1') },
  'scaled-up': { before: only(web({ endpoints: [] })), after: only(web()), ...on('worker-1') },
  'last-local-endpoint-gone': {
    before: only(web({ spec: local })),
    after: only(web({ endpoints: [2, 3], spec: local })),
    ...on('worker-1'),
  },
  'source-ranges-wider': {
    before: only(web(ranges('192.0.2.0/24'))),
    after: only(web(ranges('192.0.0.0/16'))),
    ...on('worker-1'),
  },
  'source-ranges-added': {
    before: only(web()),
    after: only(web(ranges('192.0.2.0/24', '10.244.0.0/16'))),
    ...on('worker-1'),
  },
  weights: {
    before: only(web(weighted(90, 10))),
    after: only(web(weighted(80, 20))),
    ...on('worker-1'),
  },
  'external-policy-local': {
    before: only(web()),
    after: only(web({ spec: local })),
    ...on('worker-1'),
  },
  'endpoint-gets-a-node': {
    before: only(web({ unnamed: true })),
    after: only(web()),
    ...on('worker-1'),
  },
  affinity: {
    before: only(web()),
    after: only(web({ spec: { sessionAffinity: 'ClientIP' } })),
    ...on('worker-1'),
  },
  hash: {
    before: only(web()),
    after: only(web({ annotations: { 'kubenat.dev/hash': 'source-ip' } })),
    ...on('worker-1'),
  },
  'hashed-endpoint-added': {
    before: only(web({ annotations: { 'kubenat.dev/hash': 'source-ip' } })),
    after: only(web({ endpoints: [1, 2, 3], annotations: { 'kubenat.dev/hash': 'source-ip' } })),
    ...on('worker-1'),
  },
  'service-cidr-wider': {
    before: only([serviceCIDR('10.96.0.0/24')], web()),
    after: only([serviceCIDR('10.96.0.0/16')], web()),
    ...on('worker-1'),
  },
  'node-with-more-addresses': {
    before: only(web()),
    after: [node('worker-1', ['192.168.20.11']), ...web()],
    ...on('worker-1', { 'nodeport-addresses': '192.168.0.0/16' }),
  },
  'node-with-another-address': {
    before: only(web()),
    after: [{ ...node('worker-2'), metadata: { name: 'worker-1' } }, ...web()],
    ...on('worker-1'),
  },
  'nodes-come-and-go': {
    before: [node('worker-1'), node('worker-2'), ...web()],
    after: [node('worker-1'), node('worker-3'), ...web()],
  },
  'address-moves-to-another-service': {
    before: only(web()),
    after: only(web({ name: 'web-next', endpoints: [3] })),
    ...on('worker-1'),
  },
  'pods-not-told-apart': {
    before: only(web()),
    after: only(web({ endpoints: [2] })),
    ...on('worker-1', { 'cluster-cidr': '' }),
  },
}
