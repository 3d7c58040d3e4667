import type { ClusterSpec, Dual } from './cluster.js'

// The cluster of the packet tests: two nodes, some pods, and one Service for each behaviour. Every
// Service has TCP and UDP port 80 in both families; its number is in all of its addresses.

/** The hosts; worker-1 is the node under test. */
export const HOSTS: ClusterSpec = {
  nodes: [
    {
      name: 'worker-1',
      addresses: ['192.168.50.11', 'fd00:50::11'],
      podCidrs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
    },
    {
      name: 'worker-2',
      addresses: ['192.168.50.12', 'fd00:50::12'],
      podCidrs: ['10.244.2.0/24', 'fd00:10:244:2::/64'],
    },
  ],
  pods: [
    { name: 'web-1', node: 'worker-1', addresses: ['10.244.1.10', 'fd00:10:244:1::10'] },
    { name: 'web-2', node: 'worker-2', addresses: ['10.244.2.10', 'fd00:10:244:2::10'] },
    { name: 'client', node: 'worker-1', addresses: ['10.244.1.30', 'fd00:10:244:1::30'] },
    { name: 'far-client', node: 'worker-2', addresses: ['10.244.2.30', 'fd00:10:244:2::30'] },
  ],
  outside: {
    name: 'outside',
    addresses: ['192.168.50.100', 'fd00:50::100'],
    networks: ['192.0.2.0/24', '2001:db8:2::/64'],
  },
  throughNode: [
    '10.96.0.0/16',
    'fd00:10:96::/112',
    '198.51.100.0/24',
    '2001:db8:100::/64',
    '203.0.113.0/24',
    '2001:db8:113::/64',
  ],
}

/** Options of the compile that fit the hosts. */
export const OPTIONS = {
  node: 'worker-1',
  'cluster-cidr': ['10.244.0.0/16', 'fd00:10:244::/56'],
  'service-cidr': ['10.96.0.0/16', 'fd00:10:96::/112'],
}

/** Port of every server in a pod. */
export const POD_PORT = 8080

/** A host's or pod's addresses. */
export function addressesOf(name: string): Dual {
  const host = [...HOSTS.nodes, ...HOSTS.pods, HOSTS.outside].find(host => host.name === name)
  if (host === undefined) throw new Error(`no host ${name}`)
  return host.addresses
}

interface ShopService {
  readonly number: number
  /** Names of the pods that answer. */
  readonly endpoints: readonly string[]
  /** What differs from a load balancer Service with the policies' defaults. */
  readonly spec?: object
  /** Weights of the endpoints, in their order. */
  readonly weights?: readonly number[]
}

const LOCAL = { externalTrafficPolicy: 'Local' }
const NEAR_AND_FAR = ['web-1', 'web-2']
const AFFINITY = {
  sessionAffinity: 'ClientIP',
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } },
}

/** The Services, by name. */
export const SERVICES = {
  web: { number: 10, endpoints: NEAR_AND_FAR },
  local: { number: 11, endpoints: NEAR_AND_FAR, spec: LOCAL },
  remote: { number: 12, endpoints: ['web-2'], spec: LOCAL },
  empty: { number: 13, endpoints: [] },
  fenced: {
    number: 14,
    endpoints: NEAR_AND_FAR,
    spec: { loadBalancerSourceRanges: ['192.168.50.100/32', 'fd00:50::100/128'] },
  },
  solo: { number: 15, endpoints: ['web-1'] },
  weighted: { number: 16, endpoints: NEAR_AND_FAR, weights: [3, 1] },
  sticky: { number: 17, endpoints: NEAR_AND_FAR, spec: AFFINITY, weights: [3, 1] },
  inner: { number: 18, endpoints: NEAR_AND_FAR, spec: { internalTrafficPolicy: 'Local' } },
  lonely: { number: 19, endpoints: ['web-2'], spec: { internalTrafficPolicy: 'Local' } },
} satisfies Record<string, ShopService>

export type ServiceName = keyof typeof SERVICES

/** Index of a family in pairs of addresses: 0 is IPv4, 1 is IPv6. */
export type Family = 0 | 1
export const FAMILIES = [0, 1] as const

/** Where clients reach a Service; a node port is that of worker-1. */
export type Frontend = 'ClusterIP' | 'NodePort' | 'external IP' | 'load balancer IP'

/** The address and port of a frontend in one family; `nobody` is a Service that does not exist. */
export function frontendOf(
  service: ServiceName | 'nobody',
  frontend: Frontend,
  family: Family,
): { address: string; port: number } {
  const number = service === 'nobody' ? 99 : SERVICES[service].number
  if (frontend === 'NodePort')
    return { address: addressesOf('worker-1')[family], port: 30000 + number }
  return { address: `${NETWORKS[frontend][family]}${number}`, port: 80 }
}

const NETWORKS: Record<Exclude<Frontend, 'NodePort'>, Dual> = {
  ClusterIP: ['10.96.0.', 'fd00:10:96::'],
  'external IP': ['203.0.113.', '2001:db8:113::'],
  'load balancer IP': ['198.51.100.', '2001:db8:100::'],
}

/** All objects of the cluster, as kubectl would print them. */
export function shopObjects(): string {
  const names = Object.keys(SERVICES) as ServiceName[]
  const items = [
    ...HOSTS.nodes.map(nodeObject),
    ...names.flatMap(name => [serviceObject(name), sliceObject(name, 0), sliceObject(name, 1)]),
  ]
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

const nodeObject = ({ name, addresses, podCidrs }: (typeof HOSTS.nodes)[number]) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { podCIDRs: podCidrs },
  status: { addresses: addresses.map(address => ({ type: 'InternalIP', address })) },
})

function serviceObject(name: ServiceName) {
  const { number, spec, endpoints, weights }: ShopService = SERVICES[name]
  const dual = (frontend: Frontend) =>
    FAMILIES.map(family => frontendOf(name, frontend, family).address)
  const port = (protocol: string) => ({
    name: protocol.toLowerCase(),
    protocol,
    port: 80,
    targetPort: POD_PORT,
    nodePort: 30000 + number,
  })
  const weightOf = endpoints.flatMap((pod, index) =>
    addressesOf(pod).map(address => [address, weights?.[index]]),
  )
  const annotations = { 'kubenat.dev/weights': JSON.stringify(Object.fromEntries(weightOf)) }
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', ...(weights && { annotations }) },
    spec: {
      type: 'LoadBalancer',
      ipFamilyPolicy: 'RequireDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
      clusterIP: dual('ClusterIP')[0],
      clusterIPs: dual('ClusterIP'),
      externalIPs: dual('external IP'),
      ports: [port('TCP'), port('UDP')],
      ...spec,
    },
    status: { loadBalancer: { ingress: dual('load balancer IP').map(ip => ({ ip })) } },
  }
}

const sliceObject = (name: ServiceName, family: Family) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: `${name}-${family}`,
    namespace: 'shop',
    labels: { 'kubernetes.io/service-name': name },
  },
  addressType: (['IPv4', 'IPv6'] as const)[family],
  ports: ['TCP', 'UDP'].map(protocol => ({
    name: protocol.toLowerCase(),
    protocol,
    port: POD_PORT,
  })),
  endpoints: SERVICES[name].endpoints.map(pod => ({
    addresses: [addressesOf(pod)[family]],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: HOSTS.pods.find(({ name }) => name === pod)?.node,
  })),
})
