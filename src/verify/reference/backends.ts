import type { Endpoint } from '../../model/endpoint.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Expectation, ExpectedBackend } from '../expectation.js'
import { type Choice, usedChoices } from './endpoints.js'
import { sharesOf } from './shares.js'
import { isNode, isOwn, type Sender, type View } from './view.js'

/** What a policy makes of a packet; the words are for a reason. */
export interface Route {
  readonly port: ServicePort
  readonly choice: Choice
  /** Whether it is masqueraded whichever endpoint it gets. */
  readonly isMasqueraded: boolean
  readonly policy: string
  readonly sourceBecause: string
}

/** The backends of a choice, and whose address each of them shall see. */
export function toBackends(view: View, sender: Sender, route: Route): Expectation {
  const { port, choice, isMasqueraded, policy, sourceBecause } = route
  const backends = sharesOf(choice.endpoints).map(([endpoint, share]): ExpectedBackend => {
    const { ip } = endpoint
    // What comes in for the node itself is not sent on, and masquerade is for what is.
    const leaves = isNode(sender) || !isOwn(view, ip)
    const masqueraded = leaves && (isMasqueraded || isHairpin(view, sender, port, endpoint))
    return { at: { ip, port: endpoint.port }, share, masqueraded }
  })
  const counts = `${choice.endpoints.length} of ${port.endpoints.length}`
  const source = isMasqueraded ? 'masqueraded' : 'keeps its source'
  const because = `${policy}: ${choice.how} (${counts}); ${source}: ${sourceBecause}`
  return { verdict: 'backends', backends, because }
}

/**
 * Whether an endpoint reaches itself: its own answer would not come back otherwise. In nftables mode
 * only those of this node count, and one whose node is not named if another Service, which may share
 * it, names this node.
 */
function isHairpin(
  { cluster, node, mode }: View,
  { ip }: Sender,
  port: ServicePort,
  to: Endpoint,
): boolean {
  if (to.ip !== ip) return false
  if (mode === 'iptables' || to.nodeName === node.name) return true
  return cluster.ports[port.family]
    .filter(({ protocol }) => protocol === port.protocol)
    .flatMap(one => usedChoices(one, node).flatMap(({ endpoints }) => endpoints))
    .some(({ id, nodeName }) => id === to.id && nodeName === node.name)
}
