import {
  type Cidr,
  type Family,
  type Ip,
  parseCidr,
  parseIp,
  wantedFamilies,
} from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Service, ServicePortSpec } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { compareText } from '../util/collections.js'
import type { Endpoint } from './endpoint.js'
import { parseHash, type StableHash } from './hash.js'
import { isOtherProxys, type Protocol } from './labels.js'

/** `externalTrafficPolicy`, `internalTrafficPolicy`. */
export type TrafficPolicy = 'Cluster' | 'Local'

/** The kinds of destination at which the traffic of a service port arrives. */
export type FrontendKind = 'cluster-ip' | 'external-ip' | 'load-balancer-ip' | 'node-port'

/**
 * One entry of `spec.ports` of a Service in one family, with the API's defaults applied: what
 * kube-proxy calls a service port.
 */
export interface ServicePort {
  readonly service: InputObject<Service>
  /** Index in `spec.ports`. */
  readonly index: number
  readonly namespace: string
  readonly name: string
  /** Empty for the only, unnamed port. */
  readonly portName: string
  readonly protocol: Protocol
  readonly port: number
  readonly family: Family
  /** Absent only in files that no API server has allocated addresses in. */
  readonly clusterIP: Ip | undefined
  readonly externalIPs: readonly Ip[]
  /** Load balancer ingress addresses of mode VIP. */
  readonly loadBalancerIPs: readonly Ip[]
  /** `loadBalancerSourceRanges` of this family. */
  readonly sourceRanges: readonly Cidr[]
  readonly nodePort: number | undefined
  readonly internalPolicy: TrafficPolicy
  /** Local only where the API lets it count: node ports, load balancers, external IPs. */
  readonly externalPolicy: TrafficPolicy
  /** ClientIP session affinity in seconds. */
  readonly affinitySeconds: number | undefined
  /** The annotation kubenat.dev/hash: an endpoint by the client instead of by chance. */
  readonly hash?: StableHash
  /** Every known endpoint of this port, whatever its state, sorted by `ip:port` as text. */
  readonly endpoints: readonly Endpoint[]
}

/** `namespace/name:port`, or `namespace/name` for an unnamed port: how kube-proxy names it to people. */
export const displayName = (port: ServicePort): string =>
  port.portName === ''
    ? `${port.namespace}/${port.name}`
    : `${port.namespace}/${port.name}:${port.portName}`

/** Finds the endpoints of a port by namespace, service, family, port name and protocol. */
export type EndpointLookup = (
  service: InputObject<Service>,
  family: Family,
  portName: string,
  protocol: Protocol,
) => readonly Endpoint[]

/**
 * The service ports of one Service, in all its families; none for Services that kube-proxy ignores:
 * ExternalName, headless, or served by another proxy. A Service without any cluster IP (a file that
 * no API server has seen) keeps its other destinations, with a warning.
 */
export function modelServicePorts(
  service: InputObject<Service>,
  clusterFamilies: readonly Family[],
  endpointsOf: EndpointLookup,
  problems: Diagnostics,
): ServicePort[] {
  const { spec, status } = service.value
  if (spec.type === 'ExternalName' || isHeadless(service) || isOtherProxys(service)) return []

  const clusterIPs = clusterIPsOf(service)
  if (clusterIPs.length === 0) {
    problems.report(
      'KN042',
      service,
      ['spec', 'clusterIP'],
      'no cluster IP is given: the Service gets no ClusterIP destination (--allocate FILE gives it one)',
    )
  }
  const families =
    clusterIPs.length > 0
      ? clusterIPs.map(({ family }) => family)
      : wantedFamilies(spec, clusterFamilies)
  const externalIPs = ipsOf(spec.externalIPs ?? [])
  const ingress = (status?.loadBalancer?.ingress ?? [])
    .filter(({ ipMode }) => ipMode !== 'Proxy')
    .flatMap(({ ip }) => ip ?? [])
  const loadBalancerIPs = ipsOf(ingress)
  const ranges = (spec.loadBalancerSourceRanges ?? []).flatMap(text => parseCidr(text.trim()) ?? [])
  const externallyAccessible =
    spec.type === 'NodePort' || spec.type === 'LoadBalancer' || externalIPs.length > 0
  const hash = parseHash(service, problems)
  const shared = {
    service,
    namespace: service.namespace,
    name: service.name,
    internalPolicy: spec.internalTrafficPolicy ?? 'Cluster',
    externalPolicy: externallyAccessible ? (spec.externalTrafficPolicy ?? 'Cluster') : 'Cluster',
    affinitySeconds: affinityOf(service.value),
    ...(hash === undefined ? {} : { hash }),
  } as const

  const ports: ServicePort[] = []
  for (const family of families) {
    const ofFamily = <T extends { family: Family }>(item: T) => item.family === family
    const addresses = {
      family,
      clusterIP: clusterIPs.find(ofFamily)?.ip,
      externalIPs: sortedUnique(externalIPs.filter(ofFamily).map(({ ip }) => ip)),
      loadBalancerIPs: sortedUnique(loadBalancerIPs.filter(ofFamily).map(({ ip }) => ip)),
      sourceRanges: sortedUnique(ranges.filter(ofFamily).map(({ cidr }) => cidr)),
    }
    for (const [index, port] of (spec.ports ?? []).entries()) {
      const portName = port.name ?? ''
      const protocol = port.protocol ?? 'TCP'
      ports.push({
        ...shared,
        ...addresses,
        index,
        portName,
        protocol,
        port: port.port,
        nodePort: nodePortOf(service, port, index, problems),
        endpoints: endpointsOf(service, family, portName, protocol),
      })
    }
  }
  return ports
}

/** Whether the Service asks for no cluster IP at all. */
export const isHeadless = (service: InputObject<Service>): boolean =>
  service.value.spec.clusterIP === 'None' || service.value.spec.clusterIPs?.[0] === 'None'

/** The cluster IPs of a Service, at most one a family; empty where none is allocated or wanted. */
export function clusterIPsOf(service: InputObject<Service>): readonly { ip: Ip; family: Family }[] {
  const { clusterIP, clusterIPs } = service.value.spec
  return ipsOf(clusterIPs?.length ? clusterIPs : clusterIP ? [clusterIP] : [])
}

const ipsOf = (texts: readonly string[]): { ip: Ip; family: Family }[] =>
  texts.flatMap(text => parseIp(text) ?? [])

const sortedUnique = <T extends string>(items: readonly T[]): readonly T[] =>
  items.length < 2 ? items : [...new Set(items)].sort(compareText)

function nodePortOf(
  service: InputObject<Service>,
  port: ServicePortSpec,
  index: number,
  problems: Diagnostics,
): number | undefined {
  if (port.nodePort) return port.nodePort
  const { type, allocateLoadBalancerNodePorts } = service.value.spec
  const wanted =
    type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false)
  if (wanted) {
    problems.report(
      'KN043',
      service,
      ['spec', 'ports', index, 'nodePort'],
      'no node port is given: the port gets no NodePort destination (--allocate FILE gives it one)',
    )
  }
  return undefined
}

/** API default of `sessionAffinityConfig.clientIP.timeoutSeconds`: three hours. */
const DEFAULT_AFFINITY_SECONDS = 10800

const affinityOf = ({ spec }: Service): number | undefined =>
  spec.sessionAffinity === 'ClientIP'
    ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
    : undefined
