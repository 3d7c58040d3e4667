import fc from 'fast-check'

/** A Kubernetes object as kubectl prints it. */
export type KubeObject = {
  kind: string
  metadata: { name: string; namespace?: string; annotations?: object }
} & Record<string, unknown>

const NODES = ['worker-1', 'worker-2', 'worker-3']
const ZONES = ['zone-a', 'zone-b']
const NAMESPACES = ['default', 'kube-system', 'shop']

/** The address of a node in a family, if it has one. */
const nodeAddress = (family: string, i: number): string | undefined =>
  family === 'IPv4' ? `192.168.10.${i + 11}` : i < 2 ? `fd00:192:168::${i + 11}` : undefined

/** The nodes of every generated cluster; worker-3 has no IPv6 address. */
export const nodes: readonly KubeObject[] = NODES.map((name, i) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'topology.kubernetes.io/zone': ZONES[i % 2] } },
  spec: { podCIDRs: [`10.244.${i}.0/24`, `fd00:10:244:${i}::/64`] },
  status: {
    addresses: [
      ...['IPv4', 'IPv6'].flatMap(family => {
        const address = nodeAddress(family, i)
        return address === undefined ? [] : [{ type: 'InternalIP', address }]
      }),
      { type: 'Hostname', address: name },
    ],
  },
}))

const chance = (): fc.Arbitrary<boolean> => fc.boolean()
const policy = fc.constantFrom('Cluster', 'Local')
const protocol = fc.constantFrom('TCP', 'UDP', 'SCTP')

/** What is drawn for one endpoint; addresses follow from its place, so that none is drawn twice. */
const endpointDraw = fc.record({
  node: fc.constantFrom(...NODES, undefined),
  ready: chance(),
  serving: chance(),
  terminating: chance(),
  zones: fc.option(fc.subarray(ZONES, { minLength: 1 }), { nil: undefined }),
  nodes: fc.option(fc.subarray(NODES, { minLength: 1 }), { nil: undefined }),
  weight: fc.integer({ min: 0, max: 5 }),
})
type EndpointDraw = typeof endpointDraw extends fc.Arbitrary<infer T> ? T : never

/** Beside and within one another, around pods and nodes, and everything. */
const RANGES = [
  '198.18.0.0/15',
  '198.18.5.0/24',
  '198.18.5.7/32',
  '192.168.10.0/24',
  '192.168.10.11/32',
  '10.244.0.0/17',
  '0.0.0.0/0',
  '2001:db8:2::/48',
  '2001:db8:2:5::/64',
  'fd00:192:168::/64',
]
/** Load balancer and external addresses that several Services may share, with ports of their own. */
const SHARED = { vips: ['203.0.113.200', '2001:db8:3::200'], external: '198.51.100.200' }

/** What is drawn for one Service. */
export const serviceDraw = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
  families: fc.constantFrom(['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['IPv6', 'IPv4']),
  protocols: fc.array(protocol, { minLength: 1, maxLength: 3 }),
  /** All protocols on one port number, where each is there once. */
  samePort: chance(),
  external: fc.constantFrom('own', 'shared', 'vip', undefined),
  sharesVip: chance(),
  ingress: fc.constantFrom('VIP', 'Proxy', 'hostname', undefined),
  ranges: fc.option(fc.subarray(RANGES, { minLength: 1, maxLength: 4 }), { nil: undefined }),
  externalTrafficPolicy: policy,
  internalTrafficPolicy: policy,
  affinity: fc.option(fc.integer({ min: 1, max: 86400 }), { nil: undefined }),
  weighted: chance(),
  /** Where there is no affinity. */
  hash: fc.option(
    fc.record({
      by: fc.constantFrom('source-ip', 'source-ip-port'),
      buckets: fc.constantFrom('61', '7', undefined),
    }),
    { nil: undefined },
  ),
  endpoints: fc.array(endpointDraw, { maxLength: 5 }),
  /** Whether the first endpoint has the address of its node. */
  onHost: chance(),
  slices: fc.integer({ min: 1, max: 2 }),
})
export type ServiceDraw = typeof serviceDraw extends fc.Arbitrary<infer T> ? T : never

/** Objects of a valid cluster: all kinds of Services over three nodes, nothing that warns of error. */
export const cluster = (max = 5): fc.Arbitrary<readonly KubeObject[]> =>
  fc
    .array(serviceDraw, { maxLength: max })
    .map(draws => [...nodes, ...draws.flatMap((draw, i) => objectsOf(draw, i))])

/** The objects of one Service, with addresses that follow from its number alone. */
export const service = (number: number): fc.Arbitrary<readonly KubeObject[]> =>
  serviceDraw.map(draw => objectsOf(draw, number))

/** The objects of one Service as drawn. */
export function objectsOf(draw: ServiceDraw, i: number): KubeObject[] {
  const name = `svc-${i}`
  const { namespace, families, weighted, endpoints } = draw
  const isFirst = (family: string): boolean => families[0] === family
  const annotations = {
    ...(weighted ? { 'kubenat.dev/weights': JSON.stringify(weightsOf(draw, i)) } : {}),
    ...hashOf(draw),
  }
  const slices = families.flatMap(family =>
    Array.from({ length: draw.slices }, (_, s) => {
      const own = endpoints.map((endpoint, k) => endpointOf(draw, endpoint, family, i, k))
      return {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: `${name}-${isFirst(family) ? 'a' : 'b'}${s}`,
          namespace,
          labels: { 'kubernetes.io/service-name': name },
        },
        addressType: family,
        endpoints: own.filter((_, k) => k % draw.slices === s),
        ports: portsOf(draw, i).map(({ name, protocol }, j) => ({
          name,
          protocol,
          port: 8000 + i * 10 + j,
        })),
      }
    }),
  )
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, annotations },
      ...specOf(draw, i),
    },
    ...slices,
  ]
}

const portsOf = ({ protocols, samePort, ...draw }: ServiceDraw, i: number) => {
  const isShared = draw.sharesVip || draw.external === 'shared'
  const first = isShared ? 9000 + i * 10 : 80
  const step = samePort && new Set(protocols).size === protocols.length ? 0 : 1
  return protocols.map((protocol, j) => ({ name: `p${j}`, protocol, port: first + j * step }))
}

function specOf(draw: ServiceDraw, i: number): { spec: object; status: object } {
  const { type, families, external, ingress, ranges, affinity } = draw
  const clusterIPs = families.map(family =>
    family === 'IPv4' ? `10.96.0.${i + 10}` : `fd00:10:96::${i + 10}`,
  )
  const balanced = type === 'LoadBalancer'
  const externally = type !== 'ClusterIP' || external !== undefined
  const own = [`203.0.113.${i + 1}`, `2001:db8:3::${i + 1}`]
  const vips = draw.sharesVip ? [...own, ...SHARED.vips] : own
  const externalIPs = {
    own: [`198.51.100.${i + 1}`, `2001:db8:4::${i + 1}`],
    shared: [SHARED.external, `2001:db8:4::${i + 1}`],
    vip: [`198.51.100.${i + 1}`, ...own],
  }
  const spec = {
    type,
    clusterIP: clusterIPs[0],
    clusterIPs,
    ipFamilies: families,
    ports: portsOf(draw, i).map((port, _, [first]) => ({
      ...port,
      ...(type === 'ClusterIP'
        ? {}
        : { nodePort: 30000 + i * 10 + port.port - (first?.port ?? 0) }),
    })),
    ...(external ? { externalIPs: externalIPs[external] } : {}),
    ...(balanced && ranges ? { loadBalancerSourceRanges: ranges } : {}),
    ...(externally ? { externalTrafficPolicy: draw.externalTrafficPolicy } : {}),
    internalTrafficPolicy: draw.internalTrafficPolicy,
    ...(affinity === undefined
      ? {}
      : {
          sessionAffinity: 'ClientIP',
          sessionAffinityConfig: { clientIP: { timeoutSeconds: affinity } },
        }),
  }
  const entries =
    ingress === 'hostname'
      ? [{ hostname: 'lb.example.net' }]
      : vips.map(ip => ({ ip, ipMode: ingress }))
  return { spec, status: balanced && ingress ? { loadBalancer: { ingress: entries } } : {} }
}

function endpointOf(
  { onHost }: ServiceDraw,
  draw: EndpointDraw,
  family: string,
  i: number,
  k: number,
): object {
  const node = draw.node === undefined ? 9 : NODES.indexOf(draw.node)
  const pod =
    family === 'IPv4'
      ? `10.244.${node}.${i * 10 + k + 1}`
      : `fd00:10:244:${node}::${i * 10 + k + 1}`
  const host = onHost && k === 0 && draw.node !== undefined ? nodeAddress(family, node) : undefined
  return {
    addresses: [host ?? pod],
    conditions: { ready: draw.ready, serving: draw.serving, terminating: draw.terminating },
    ...(draw.node === undefined ? {} : { nodeName: draw.node }),
    hints: {
      forZones: draw.zones?.map(name => ({ name })),
      forNodes: draw.nodes?.map(name => ({ name })),
    },
    targetRef: { kind: 'Pod', name: `pod-${i}-${k}` },
  }
}

const hashOf = ({ affinity, hash }: ServiceDraw): Record<string, string> => {
  if (affinity !== undefined || hash === undefined) return {}
  const { by, buckets } = hash
  return {
    'kubenat.dev/hash': by,
    ...(buckets === undefined ? {} : { 'kubenat.dev/hash-buckets': buckets }),
  }
}

const weightsOf = ({ endpoints }: ServiceDraw, i: number): Record<string, number> =>
  Object.fromEntries(endpoints.map(({ weight }, k) => [`pod-${i}-${k}`, weight]))
