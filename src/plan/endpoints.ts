import type { Endpoint } from '../model/endpoint.js'
import type { Node } from '../model/node.js'
import type { ServicePort } from '../model/service-port.js'
import { compareText } from '../util/collections.js'

/** The endpoints of a service port that this node may send to, under each traffic policy. */
export interface UsableEndpoints {
  /** For the Cluster policy; empty if nothing asks for it. */
  readonly cluster: readonly Endpoint[]
  /** For the Local policy: those on this node; empty if nothing asks for it. */
  readonly local: readonly Endpoint[]
  /** The union of both, sorted like them. */
  readonly reachable: readonly Endpoint[]
  /** Whether the port is alive anywhere: the difference between a drop and a reject. */
  readonly any: boolean
}

/** Whether the port has a destination of the external kinds: node port, external IP, load balancer. */
export const isExternal = (port: ServicePort): boolean =>
  port.nodePort !== undefined || port.externalIPs.length > 0 || port.loadBalancerIPs.length > 0

/** Whether an endpoint is on this node; one without a node name is on none. */
export const isOn = (node: Node, endpoint: Endpoint): boolean => endpoint.nodeName === node.name

/** Still serving although its pod is being deleted: the last resort (KEP-1669). */
export const isDraining = ({ serving, terminating }: Endpoint): boolean => serving && terminating

/** Whether an endpoint takes connections at all, be it as the last resort. */
export const isUsable = (endpoint: Endpoint): boolean => endpoint.ready || isDraining(endpoint)

/**
 * Chooses endpoints as kube-proxy's CategorizeEndpoints does. The terminating fallback is decided for
 * each list by itself; topology applies to ready endpoints of the Cluster policy alone.
 */
export function usableEndpoints(port: ServicePort, node: Node): UsableEndpoints {
  const external = isExternal(port)
  const internal = port.clusterIP === undefined ? undefined : port.internalPolicy
  const usesCluster = internal === 'Cluster' || external
  const usesLocal = internal === 'Local' || (external && port.externalPolicy === 'Local')

  const cluster = usesCluster ? clusterEndpoints(port.endpoints, node) : []
  const local = usesLocal ? preferReady(port.endpoints.filter(one => isOn(node, one))) : []
  const any = cluster.length > 0 || local.length > 0 || (usesLocal && port.endpoints.some(isUsable))
  return { cluster, local, reachable: union(cluster, local), any }
}

function clusterEndpoints(all: readonly Endpoint[], node: Node): readonly Endpoint[] {
  const ready = all.filter(endpoint => endpoint.ready)
  return ready.length > 0 ? hintedEndpoints(ready, node) : all.filter(isDraining)
}

function preferReady(all: readonly Endpoint[]): readonly Endpoint[] {
  const ready = all.filter(endpoint => endpoint.ready)
  return ready.length > 0 ? ready : all.filter(isDraining)
}

function union(a: readonly Endpoint[], b: readonly Endpoint[]): readonly Endpoint[] {
  if (b.length === 0) return a
  if (a.length === 0) return b
  return [...new Set([...a, ...b])].sort((x, y) => compareText(x.id, y.id))
}

/** What decides among ready endpoints, and those that it leaves. */
export interface Topology {
  /** Absent where all ready endpoints count. */
  readonly by: 'node' | 'zone' | undefined
  readonly endpoints: readonly Endpoint[]
}

/**
 * The ready endpoints that topology hints leave to this node. Node hints go before zone hints, and
 * each counts only if every ready endpoint has one and at least one names this node or zone; so the
 * answer is never empty if anything is ready. `spec.trafficDistribution` is not read: the
 * EndpointSlice controller turns it into hints (KEP-2433, KEP-3015).
 */
export function topologyOf(ready: readonly Endpoint[], node: Node): Topology {
  const { name, zone } = node
  if (ready.every(({ nodeHints }) => nodeHints.length > 0)) {
    const here = ready.filter(({ nodeHints }) => nodeHints.includes(name))
    if (here.length > 0) return { by: 'node', endpoints: here }
  }
  if (zone !== undefined && ready.every(({ zoneHints }) => zoneHints.length > 0)) {
    const here = ready.filter(({ zoneHints }) => zoneHints.includes(zone))
    if (here.length > 0) return { by: 'zone', endpoints: here }
  }
  return { by: undefined, endpoints: ready }
}

/** The ready endpoints that topology hints leave to this node, or all of them. */
export const hintedEndpoints = (ready: readonly Endpoint[], node: Node): readonly Endpoint[] =>
  topologyOf(ready, node).endpoints

/** An endpoint with its share of new flows: weight over the sum of the weights of its list. */
export interface Backend {
  readonly endpoint: Endpoint
  /** 0 takes no new flows. */
  readonly weight: number
}

/**
 * The shares of a list of endpoints, reduced by their greatest common divisor, so that equal weights
 * are all 1. Where every endpoint weighs 0 they count as equal: traffic that has nowhere else to go
 * had better go somewhere.
 */
export function weigh(endpoints: readonly Endpoint[]): readonly Backend[] {
  const divisor = endpoints.reduce((divisor, { weight }) => gcd(divisor, weight), 0)
  return endpoints.map(endpoint => ({
    endpoint,
    weight: divisor === 0 ? 1 : endpoint.weight / divisor,
  }))
}

/** Whether a list has weights and all of them are 0. */
export const allDrained = (endpoints: readonly Endpoint[]): boolean =>
  endpoints.length > 0 && endpoints.every(({ weight }) => weight === 0)

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
