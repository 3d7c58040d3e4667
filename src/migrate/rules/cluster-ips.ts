import { type Cidr, containedIn, familyOf, type Ip } from '../../address/address.js'
import { clusterIPsOf } from '../../model/service-port.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import type { Change, Sides, Touch } from '../finding.js'
import { changeOf, frontendsOf, oncePerService, touchFrontend, touchPort } from '../touches.js'

/** The ClusterIPs that nftables mode knows: of every Service, also of one without endpoints. */
const activeIPs = ({ ports }: Plan): ReadonlySet<Ip> =>
  new Set(ports.flatMap(({ port }) => port.clusterIP ?? []))

const inRanges = ({ serviceCIDRs }: Plan): ((ip: Ip) => boolean) => containedIn(serviceCIDRs)

/** KN303: everything else that is sent to a ClusterIP. */
export function wrongPorts({ nftables }: Sides): Change | undefined {
  const touches = frontendsOf(nftables, ['cluster-ip']).map(({ planned, frontend }) => ({
    ...touchFrontend(planned.port, frontend),
    what: frontend.ip ?? '',
  }))
  return changeOf(
    'other ports, other protocols and ping: left alone in iptables mode, refused in nftables mode',
    oncePerService(touches),
  )
}

/** KN304: addresses of the service CIDRs that are no ClusterIPs; external ones have other ports too. */
export function unallocated({ nftables }: Sides): Change | undefined {
  const { serviceCIDRs } = nftables
  if (serviceCIDRs.length === 0) return undefined
  const active = activeIPs(nftables)
  const isInside = inRanges(nftables)
  const external = frontendsOf(nftables, ['external-ip', 'load-balancer-ip']).filter(
    ({ frontend: { ip } }) => ip !== undefined && isInside(ip) && !active.has(ip),
  )
  const touches = external.map(({ planned, frontend }) => ({
    ...touchFrontend(planned.port, frontend),
    what: `other ports of ${frontend.ip}`,
  }))
  return {
    detail: `${serviceCIDRs.join(', ')}: left alone in iptables mode, dropped in nftables mode`,
    touches: oncePerService(touches),
  }
}

/** KN305: nftables mode looks at the destination once more when it is translated. */
export function endpointsInside({ nftables }: Sides): Change | undefined {
  const active = activeIPs(nftables)
  const isInside = inRanges(nftables)
  const touches = nftables.ports.flatMap(planned =>
    usedIPs(planned)
      .filter(ip => active.has(ip) || isInside(ip))
      .map(ip =>
        touchPort(planned.port, `endpoint ${ip}, ${active.has(ip) ? 'refused' : 'dropped'}`),
      ),
  )
  return changeOf(
    `endpoints at ClusterIPs${cidrText(nftables.serviceCIDRs)}: reached in iptables mode, not in nftables mode`,
    touches,
  )
}

const cidrText = (cidrs: readonly Cidr[]): string =>
  cidrs.length === 0 ? '' : ` or in ${cidrs.join(', ')}`

const usedIPs = ({ cluster, local }: PortPlan): readonly Ip[] => [
  ...new Set(
    [...cluster, ...local].filter(({ weight }) => weight > 0).map(({ endpoint }) => endpoint.ip),
  ),
]

/** KN306: Services that are none of kube-proxy's, at addresses that it guards all the same. */
export function otherProxys({ nftables, family, leftToOthers }: Sides): Change | undefined {
  const active = activeIPs(nftables)
  const isInside = inRanges(nftables)
  const touches = leftToOthers.flatMap(service =>
    clusterIPsOf(service)
      .filter(({ ip }) => familyOf(ip) === family && isInside(ip) && !active.has(ip))
      .map(
        ({ ip }): Touch => ({
          service,
          portName: undefined,
          family,
          path: ['spec', 'clusterIP'],
          what: ip,
        }),
      ),
  )
  return changeOf('left to another proxy in iptables mode, dropped in nftables mode', touches)
}
