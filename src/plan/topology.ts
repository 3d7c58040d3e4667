import type { Endpoint } from '../model/endpoint.js'
import type { Node } from '../model/node.js'

/**
 * The ready endpoints that topology hints leave to this node. Node hints go before zone hints, and
 * each counts only if every ready endpoint has one and at least one names this node or zone; so the
 * answer is never empty if anything is ready. `spec.trafficDistribution` is not read: the
 * EndpointSlice controller turns it into hints (KEP-2433, KEP-3015).
 */
export function hintedEndpoints(ready: readonly Endpoint[], node: Node): readonly Endpoint[] {
  const { name, zone } = node
  if (ready.every(({ nodeHints }) => nodeHints.length > 0)) {
    const here = ready.filter(({ nodeHints }) => nodeHints.includes(name))
    if (here.length > 0) return here
  }
  if (zone !== undefined && ready.every(({ zoneHints }) => zoneHints.length > 0)) {
    const here = ready.filter(({ zoneHints }) => zoneHints.includes(zone))
    if (here.length > 0) return here
  }
  return ready
}
