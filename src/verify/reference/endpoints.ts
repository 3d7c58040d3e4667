import type { Endpoint } from '../../model/endpoint.js'
import type { Node } from '../../model/node.js'
import type { ServicePort } from '../../model/service-port.js'

/** Endpoints that a traffic policy leaves, and how they were chosen: words for a reason. */
export interface Choice {
  readonly endpoints: readonly Endpoint[]
  readonly how: string
}

/** Ready, or serving while its pod is being deleted; one that only serves counts for nothing. */
const isDraining = ({ serving, terminating }: Endpoint): boolean => serving && terminating

/** Whether the port has an endpoint anywhere that could take traffic: refuse it, if not. */
export const isAlive = ({ endpoints }: ServicePort): boolean =>
  endpoints.some(one => one.ready || isDraining(one))

/**
 * Where the Cluster policy sends: the ready endpoints, of which hints may leave fewer; if none is
 * ready, those that serve while they end, whatever their hints.
 */
export function clusterChoice({ endpoints }: ServicePort, node: Node): Choice {
  const ready = endpoints.filter(one => one.ready)
  if (ready.length > 0) return hinted(ready, node)
  return { endpoints: endpoints.filter(isDraining), how: 'terminating endpoints, as none is ready' }
}

/** Where the Local policy sends: the same of the endpoints on this node, without hints. */
export function localChoice({ endpoints }: ServicePort, { name }: Node): Choice {
  const here = endpoints.filter(({ nodeName }) => nodeName === name)
  const ready = here.filter(one => one.ready)
  if (ready.length > 0) return { endpoints: ready, how: `ready endpoints on ${name}` }
  const how = `terminating endpoints on ${name}, where none is ready`
  return { endpoints: here.filter(isDraining), how }
}

/**
 * A hint counts if every ready endpoint has one of its kind and at least one of them names this node
 * or zone; hints of nodes go first. The Service's `trafficDistribution` is not asked.
 */
function hinted(ready: readonly Endpoint[], { name, zone }: Node): Choice {
  const hints = [
    { mine: name, of: ({ nodeHints }: Endpoint) => nodeHints, what: `node ${name}` },
    { mine: zone, of: ({ zoneHints }: Endpoint) => zoneHints, what: `zone ${zone}` },
  ]
  for (const { mine, of, what } of hints) {
    const endpoints = ready.filter(one => mine !== undefined && of(one).includes(mine))
    if (endpoints.length > 0 && ready.every(one => of(one).length > 0))
      return { endpoints, how: `ready endpoints hinted to ${what}` }
  }
  return { endpoints: ready, how: 'ready endpoints' }
}

/** Why nothing can be reached, in a few words. */
export const noneAlive = ({ endpoints }: ServicePort): string =>
  endpoints.length === 0
    ? 'no endpoints'
    : `no ready endpoints (${endpoints.length} known, none ready)`

/**
 * What the destinations of the port choose from: by the Cluster policy if one is under it, or anything
 * comes from outside, and by the Local policy if one is under that.
 */
export function usedChoices(port: ServicePort, node: Node): readonly Choice[] {
  const { clusterIP, externalIPs, loadBalancerIPs, nodePort, internalPolicy } = port
  const isExternal = nodePort !== undefined || externalIPs.length + loadBalancerIPs.length > 0
  const internal = clusterIP === undefined ? undefined : internalPolicy
  const usesLocal = internal === 'Local' || (isExternal && port.externalPolicy === 'Local')
  return [
    ...(internal === 'Cluster' || isExternal ? [clusterChoice(port, node)] : []),
    ...(usesLocal ? [localChoice(port, node)] : []),
  ]
}
