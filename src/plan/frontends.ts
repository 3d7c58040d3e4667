import type { Ip } from '../address/address.js'
import type { FrontendKind, ServicePort, TrafficPolicy } from '../model/service-port.js'
import type { UsableEndpoints } from './endpoints.js'

/** What becomes of traffic to a frontend on this node. */
export type Reach =
  /** It goes to the endpoints of the frontend's policy. */
  | { readonly kind: 'endpoints' }
  /**
   * External Local policy without a local endpoint: pods and the node itself reach the cluster's
   * endpoints all the same, traffic from elsewhere is dropped.
   */
  | { readonly kind: 'short-circuit-only' }
  /** Nobody reaches anything: refused if no endpoint exists anywhere, else dropped. */
  | { readonly kind: 'nowhere'; readonly because: 'no-endpoints' | 'no-local-endpoints' }

/** One destination of a service port. */
export interface Frontend {
  readonly kind: FrontendKind
  /** Absent for node ports, which have the node's addresses. */
  readonly ip: Ip | undefined
  /** The service port's number, or the node port. */
  readonly port: number
  readonly policy: TrafficPolicy
  readonly reach: Reach
}

/** Every frontend of a service port with its reach, ClusterIP first, node port last. */
export function frontendsOf(port: ServicePort, usable: UsableEndpoints): Frontend[] {
  const { clusterIP, externalIPs, loadBalancerIPs, nodePort, internalPolicy, externalPolicy } = port
  const frontends: Frontend[] = []
  if (clusterIP !== undefined) {
    const reach = internalReach(internalPolicy, usable)
    frontends.push({
      kind: 'cluster-ip',
      ip: clusterIP,
      port: port.port,
      policy: internalPolicy,
      reach,
    })
  }
  const external = { policy: externalPolicy, reach: externalReach(externalPolicy, usable) }
  for (const ip of externalIPs) {
    frontends.push({ kind: 'external-ip', ip, port: port.port, ...external })
  }
  for (const ip of loadBalancerIPs) {
    // An address that is in both lists is one destination.
    if (externalIPs.includes(ip)) continue
    frontends.push({ kind: 'load-balancer-ip', ip, port: port.port, ...external })
  }
  if (nodePort !== undefined) {
    frontends.push({ kind: 'node-port', ip: undefined, port: nodePort, ...external })
  }
  return frontends
}

const NO_ENDPOINTS: Reach = { kind: 'nowhere', because: 'no-endpoints' }

function internalReach(policy: TrafficPolicy, { any, local }: UsableEndpoints): Reach {
  if (!any) return NO_ENDPOINTS
  return policy === 'Local' && local.length === 0
    ? { kind: 'nowhere', because: 'no-local-endpoints' }
    : { kind: 'endpoints' }
}

function externalReach(policy: TrafficPolicy, { any, local }: UsableEndpoints): Reach {
  if (!any) return NO_ENDPOINTS
  return policy === 'Local' && local.length === 0
    ? { kind: 'short-circuit-only' }
    : { kind: 'endpoints' }
}
