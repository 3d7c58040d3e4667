import { type Cidr, containedIn, type Family, familyOf, type Ip } from '../address/address.js'
import type { Cluster } from '../model/cluster.js'
import type { Endpoint } from '../model/endpoint.js'
import type { HashBy, StableHash } from '../model/hash.js'
import { bucketsOf, maglevTable } from '../model/maglev.js'
import type { Node } from '../model/node.js'
import type { ServicePort } from '../model/service-port.js'
import {
  type Backend,
  isExternal,
  isOn,
  type UsableEndpoints,
  usableEndpoints,
  weigh,
} from './endpoints.js'
import { type Frontend, frontendsOf } from './frontends.js'
import { type LocalDetector, type LocalTrafficSettings, localDetector } from './local-traffic.js'
import {
  type NodePortAddresses,
  type NodePortEntry,
  nodePortAddresses,
  servesLocalhost,
} from './node-ports.js'

/** kube-proxy's decisions for one service port on one node. */
export interface PortPlan {
  readonly port: ServicePort
  readonly frontends: readonly Frontend[]
  /** Where the Cluster policy sends; empty if nothing uses that policy or nothing is alive. */
  readonly cluster: readonly Backend[]
  /** Where the Local policy sends. */
  readonly local: readonly Backend[]
  /** Present where the client decides which endpoint it gets. */
  readonly hash?: HashPlan
  /** Every endpoint of either list, sorted. */
  readonly reachable: readonly Endpoint[]
  /** Those of them on this node: they may reach themselves through the Service. */
  readonly hairpin: readonly Endpoint[]
  /** Whether any frontend of the external kinds leads to endpoints, directly or by short circuit. */
  readonly servesExternal: boolean
  /** Who may use the load balancer addresses; absent if everybody may. */
  readonly allowedSources: readonly (Cidr | Ip)[] | undefined
  /** Where load balancers ask whether this node has an endpoint, if they ask at all. */
  readonly healthCheckNodePort: number | undefined
}

/** How a hash of the client chooses among the endpoints of each policy. */
export interface HashPlan {
  readonly by: HashBy
  /** The endpoint of each bucket; empty where the policy has none. */
  readonly cluster: readonly Endpoint[]
  readonly local: readonly Endpoint[]
}

/** kube-proxy's decisions for one node in one family. */
export interface Plan {
  readonly node: Node
  readonly family: Family
  /** In the order of the cluster's service ports. */
  readonly ports: readonly PortPlan[]
  /** Absent where the node cannot tell its pods' traffic from other traffic. */
  readonly detector: LocalDetector | undefined
  readonly nodePorts: NodePortAddresses
  /** Whether NodePorts work on loopback addresses too. */
  readonly localhostNodePorts: boolean
  /** Known endpoints of all service ports, whatever their state. */
  readonly endpointCount: number
  readonly serviceCIDRs: readonly Cidr[]
  /** Masquerade all traffic to ClusterIPs, whoever sends it. */
  readonly masqueradeAll: boolean
  /** Bit of the packet mark that asks for masquerade, 0 to 31. */
  readonly masqueradeBit: number
  /** Whether conntrack takes TCP packets outside of their window as valid ones. */
  readonly tcpBeLiberal: boolean
}

/** What decides beside the objects. */
export interface PlanSettings {
  readonly localTraffic: LocalTrafficSettings
  readonly nodePortAddresses: readonly NodePortEntry[]
  /** Whether NodePorts are to work on IPv4 loopback addresses. */
  readonly localhostNodePorts: boolean
  readonly masqueradeAll: boolean
  readonly masqueradeBit: number
  readonly tcpBeLiberal: boolean
  /** Whether the rules can hash a client: those of iptables cannot. */
  readonly hashing: boolean
}

/** Decides what one node does with the cluster's services in one family. */
export function planNode(
  cluster: Cluster,
  node: Node,
  family: Family,
  settings: PlanSettings,
): Plan {
  const localhostNodePorts = servesLocalhost(settings, node, family)
  return {
    node,
    family,
    ports: cluster.ports[family].map(port => planPort(port, node, settings)),
    detector: localDetector(settings.localTraffic, node, family),
    nodePorts: nodePortAddresses(settings.nodePortAddresses, node, family, localhostNodePorts),
    localhostNodePorts,
    endpointCount: cluster.ports[family].reduce((sum, { endpoints }) => sum + endpoints.length, 0),
    serviceCIDRs: cluster.serviceCIDRs.filter(cidr => familyOf(cidr) === family),
    masqueradeAll: settings.masqueradeAll,
    masqueradeBit: settings.masqueradeBit,
    tcpBeLiberal: settings.tcpBeLiberal,
  }
}

/** Decides what one node does with one service port. */
export function planPort(port: ServicePort, node: Node, { hashing }: PlanSettings): PortPlan {
  const usable = usableEndpoints(port, node)
  return {
    port,
    frontends: frontendsOf(port, usable),
    cluster: weigh(usable.cluster),
    local: weigh(usable.local),
    ...(hashing && port.hash ? { hash: hashPlan(port, port.hash, usable) } : {}),
    reachable: usable.reachable,
    hairpin: usable.reachable.filter(endpoint => isOn(node, endpoint)),
    servesExternal: usable.any && isExternal(port),
    allowedSources: allowedSources(port, node),
    healthCheckNodePort: healthCheckNodePort(port),
  }
}

function hashPlan(
  port: ServicePort,
  { by }: StableHash,
  { cluster, local }: UsableEndpoints,
): HashPlan {
  const buckets = bucketsOf(port)
  return { by, cluster: maglevTable(cluster, buckets), local: maglevTable(local, buckets) }
}

function healthCheckNodePort({ service, externalPolicy }: ServicePort): number | undefined {
  const { type, healthCheckNodePort } = service.value.spec
  return type === 'LoadBalancer' && externalPolicy === 'Local'
    ? healthCheckNodePort || undefined
    : undefined
}

/**
 * `loadBalancerSourceRanges`, which bind the load balancer addresses alone. Where a range holds the
 * node's own address, those addresses are allowed too: some clouds put them on the node, whose own
 * traffic then has one of them as its source.
 */
function allowedSources(
  { sourceRanges, loadBalancerIPs }: ServicePort,
  { primary }: Node,
): readonly (Cidr | Ip)[] | undefined {
  if (sourceRanges.length === 0 || loadBalancerIPs.length === 0) return undefined
  const own = Object.values(primary)
  return own.some(containedIn(sourceRanges)) ? [...sourceRanges, ...loadBalancerIPs] : sourceRanges
}
