import type { Endpoint } from '../model/endpoint.js'
import type { Node } from '../model/node.js'
import type { ServicePort } from '../model/service-port.js'
import { compareText } from '../util/collections.js'
import { hintedEndpoints } from './topology.js'

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
