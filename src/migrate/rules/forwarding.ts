import type { PortPlan } from '../../plan/plan.js'
import type { Change, Sides, Touch } from '../finding.js'
import { changeOf, touchPort } from '../touches.js'

/** KN307: what KUBE-FORWARD lets pass. */
export const accepted = (sides: Sides): Change | undefined =>
  changeOf(
    'masqueraded flows to these endpoints, and the answers of all, were accepted in FORWARD whatever stands behind',
    forwarded(sides),
  )

/** KN309: what KUBE-FORWARD drops; datagrams have no state that could be wrong. */
export function invalid(sides: Sides): Change | undefined {
  if (sides.iptables.tcpBeLiberal) return undefined
  return changeOf(
    'packets of these flows that conntrack calls invalid were dropped in FORWARD',
    forwarded(sides, ({ port }) => port.protocol !== 'UDP'),
  )
}

/** Service ports with an endpoint that is not the node itself: packets to it are forwarded. */
function forwarded(
  { iptables: { ports, node } }: Sides,
  isMeant: (planned: PortPlan) => boolean = () => true,
): readonly Touch[] {
  const own = new Set(node.addresses)
  return ports.filter(isMeant).flatMap(({ port, reachable }) => {
    const count = reachable.filter(({ ip }) => !own.has(ip)).length
    return count === 0 ? [] : touchPort(port, `${count} endpoint${count === 1 ? '' : 's'}`)
  })
}
