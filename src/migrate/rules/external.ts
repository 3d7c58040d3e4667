import type { Cidr, Ip } from '../../address/address.js'
import { coverOf, stretchOf } from '../../address/ranges.js'
import type { Plan } from '../../plan/plan.js'
import type { Change, Sides } from '../finding.js'
import { changeOf, frontendsOf, type PlannedFrontend, touchesOf } from '../touches.js'

const addressed = (plan: Plan): readonly PlannedFrontend[] =>
  frontendsOf(plan, ['external-ip', 'load-balancer-ip'])

/**
 * KN311: in iptables mode OUTPUT has no jump to KUBE-EXTERNAL-SERVICES. Packets to an address of the
 * node itself come in again, and meet it there.
 */
export function ownTraffic({ iptables }: Sides): Change | undefined {
  const { addresses } = iptables.node
  const unserved = addressed(iptables).filter(
    ({ frontend: { reach, ip } }) =>
      reach.kind === 'nowhere' && ip !== undefined && !addresses.includes(ip),
  )
  return changeOf(
    "the node's own packets: left alone in iptables mode, refused in nftables mode",
    touchesOf(unserved),
  )
}

/** Load balancer addresses that somebody may not use. */
const guarded = (plan: Plan): readonly PlannedFrontend[] =>
  addressed(plan).filter(
    ({ planned: { allowedSources, port }, frontend: { ip } }) =>
      allowedSources !== undefined &&
      ip !== undefined &&
      port.loadBalancerIPs.includes(ip) &&
      barsSomebody(plan, allowedSources),
  )

function barsSomebody({ family }: Plan, sources: readonly (Cidr | Ip)[]): boolean {
  const [first = ''] = coverOf(family, sources.map(stretchOf))
  return !first.endsWith('/0')
}

/** KN312: without endpoints iptables mode has no chain for the ranges. */
export const rangesWithoutEndpoints = ({ nftables }: Sides): Change | undefined =>
  changeOf(
    'sources outside of the ranges: refused in iptables mode, dropped in nftables mode',
    touchesOf(guarded(nftables).filter(({ planned }) => !planned.servesExternal)),
  )

/** KN313: an external IP comes before a load balancer's in iptables mode, and has no ranges. */
export const rangesOfExternalIPs = ({ nftables }: Sides): Change | undefined =>
  changeOf(
    'sources outside of the ranges: served in iptables mode, dropped in nftables mode',
    touchesOf(
      guarded(nftables).filter(
        ({ planned, frontend }) => planned.servesExternal && frontend.kind === 'external-ip',
      ),
    ),
  )
