import type { Family } from '../src/address/address.js'
import type { EndpointSlice } from '../src/generated/types.gen.js'
import type { Cluster } from '../src/model/cluster.js'
import type { Endpoint } from '../src/model/endpoint.js'
import type { Node } from '../src/model/node.js'
import type { ServicePort } from '../src/model/service-port.js'
import type { PlanSettings } from '../src/plan/plan.js'
import { inputObject, service } from './model/objects.js'

/** Addresses and CIDRs as plain text, which tests write in their canonical form. */
type Unbranded<T> = T extends { readonly brand: string }
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Unbranded<Item>[]
    : T
type Loose<T> = { readonly [Key in keyof T]?: Unbranded<T[Key]> }

export type PortFields = Loose<ServicePort>
type NodeFields = Loose<Omit<Node, 'primary'>> & {
  readonly primary?: Readonly<Partial<Record<Family, string>>>
}
export type LocalTrafficFields = Loose<PlanSettings['localTraffic']>
export type SettingsFields = Loose<Omit<PlanSettings, 'localTraffic'>> & {
  readonly localTraffic?: LocalTrafficFields
}

/** The node that tests plan for, and another one. */
export const HERE = 'worker-1'
export const THERE = 'worker-2'

/** Conditions of an endpoint whose pod is being deleted and still answers. */
export const DRAINING = { ready: false, serving: true, terminating: true }
/** Conditions of an endpoint that answers and is not ready: never used. */
export const UNREADY = { ready: false, serving: true, terminating: false }

/** A ready endpoint on no node, without hints, on port 8080. */
export function endpoint(ip: string, more: Loose<Endpoint> = {}): Endpoint {
  const port = more.port ?? 8080
  return {
    id: ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`,
    ip,
    port,
    ready: true,
    serving: true,
    terminating: false,
    nodeName: undefined,
    zoneHints: [],
    nodeHints: [],
    weight: 1,
    ...more,
  } as Endpoint
}

/** The addresses of endpoints. */
export const ips = (endpoints: readonly { readonly ip: string }[]): readonly string[] =>
  endpoints.map(({ ip }) => ip)

/** The unnamed port 80/TCP of the ClusterIP Service `default/web` on 10.96.0.1, without endpoints. */
export function servicePort(more: PortFields = {}): ServicePort {
  const { name = more.service?.name ?? 'web', namespace = more.service?.namespace ?? 'default' } =
    more
  return {
    service: service({}, { name, namespace }),
    index: 0,
    namespace,
    name,
    portName: '',
    protocol: 'TCP',
    port: 80,
    family: 'IPv4',
    clusterIP: '10.96.0.1',
    externalIPs: [],
    loadBalancerIPs: [],
    sourceRanges: [],
    nodePort: undefined,
    internalPolicy: 'Cluster',
    externalPolicy: 'Cluster',
    affinitySeconds: undefined,
    endpoints: [],
    ...more,
  } as ServicePort
}

/** The node `worker-1` on 192.168.0.1, without a zone, a Node object or pod CIDRs. */
export const node = (more: NodeFields = {}): Node =>
  ({
    name: HERE,
    object: undefined,
    primary: { IPv4: '192.168.0.1' },
    addresses: ['192.168.0.1'],
    podCIDRs: [],
    zone: undefined,
    ...more,
  }) as Node

/** A cluster of service ports; the service CIDRs are known only if they are given. */
export const cluster = (
  ports: readonly ServicePort[],
  serviceCIDRs: readonly string[] = [],
): Cluster =>
  ({
    ports: {
      IPv4: ports.filter(({ family }) => family === 'IPv4'),
      IPv6: ports.filter(({ family }) => family === 'IPv6'),
    },
    nodes: [],
    serviceCIDRs,
    leftToOthers: [],
  }) as unknown as Cluster

/** kube-proxy's defaults with the cluster CIDRs 10.244.0.0/16 and fd00:10:244::/56. */
export function settings(more: SettingsFields = {}): PlanSettings {
  return {
    nodePortAddresses: ['primary'],
    localhostNodePorts: false,
    masqueradeAll: false,
    masqueradeBit: 14,
    tcpBeLiberal: false,
    hashing: true,
    ...more,
    localTraffic: {
      mode: 'ClusterCIDR',
      clusterCIDRs: ['10.244.0.0/16', 'fd00:10:244::/56'],
      bridgeInterface: '',
      interfaceNamePrefix: '',
      ...more.localTraffic,
    },
  } as PlanSettings
}

let slices = 0

/** An IPv4 slice of the Service `default/web` for its unnamed TCP port, to which it gives port 8080. */
export const slice = (
  endpoints: NonNullable<EndpointSlice['endpoints']>,
  more: Partial<Omit<EndpointSlice, 'metadata'>> & { metadata?: object } = {},
) => {
  const { metadata, ...fields } = more
  return inputObject('EndpointSlice', {
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints,
    ...fields,
    metadata: {
      name: `web-${slices++}`,
      labels: { 'kubernetes.io/service-name': 'web' },
      ...metadata,
    },
  })
}
