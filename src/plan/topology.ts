import type { Endpoint } from '../model/endpoint.js'
import type { Node } from '../model/node.js'

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
