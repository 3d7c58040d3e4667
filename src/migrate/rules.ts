import { type Cidr, containedIn, familyOf, type Ip } from '../address/address.js'
import { coverOf, stretchOf } from '../address/ranges.js'
import type { Endpoint } from '../model/endpoint.js'
import { HASH_ANNOTATION } from '../model/hash.js'
import { bucketsOf } from '../model/maglev.js'
import type { FrontendKind } from '../model/service-port.js'
import { clusterIPsOf, type ServicePort } from '../model/service-port.js'
import type { Frontend } from '../plan/frontends.js'
import type { Plan, PortPlan } from '../plan/plan.js'
import { portChains } from '../rules/iptables.js'
import { servicePortNames, TABLE_NAME } from '../rules/names.js'
import {
  type Change,
  changeOf,
  frontendsOf,
  oncePerService,
  type PlannedFrontend,
  type Sides,
  type Touch,
  touchesOf,
  touchFrontend,
  touchPort,
} from './finding.js'

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

/** KN314: clients on record; with one endpoint there is nothing to remember. */
export function affinity({ iptables }: Sides): Change | undefined {
  const touches = iptables.ports.flatMap(({ port, cluster, local }) => {
    const { affinitySeconds: seconds } = port
    const most = Math.max(cluster.length, local.length)
    return seconds === undefined || most < 2
      ? []
      : touchPort(port, `${seconds} s, ${most} endpoints`, ['spec', 'sessionAffinity'])
  })
  return changeOf('the clients on record are forgotten once', touches)
}

/** KN320: what iptables cannot do; with one endpoint it makes no difference. */
export function hashes({ nftables }: Sides): Change | undefined {
  const touches = nftables.ports.flatMap(({ port, hash }) =>
    hash === undefined || Math.max(takers(hash.cluster), takers(hash.local)) < 2
      ? []
      : touchPort(port, `${hash.by}, ${bucketsOf(port)} buckets`, [
          'metadata',
          'annotations',
          HASH_ANNOTATION,
        ]),
  )
  return changeOf('endpoints by chance become endpoints by a hash of the client', touches)
}

const takers = (table: readonly Endpoint[]): number => new Set(table).size

/** KN318: the chains of each service port that leads anywhere. */
export const names = ({ iptables }: Sides): Change | undefined =>
  changeOf(
    `KUBE-* chains of nat and filter become chains of the table ${TABLE_NAME}`,
    iptables.ports
      .filter(({ reachable }) => reachable.length > 0)
      .map(planned => touchPort(planned.port, renaming(planned))),
  )

function renaming({ port, cluster }: PortPlan): string {
  const chain = cluster.length > 0 ? 'service' : 'local'
  return `${portChains(port)[chain]} becomes ${servicePortNames(port)[chain]}`
}

/** KN316: each mode has a section of its own in the configuration. */
export function masqueradeAll({ iptables, nftables }: Sides): Change | undefined {
  if (iptables.masqueradeAll === nftables.masqueradeAll) return undefined
  const served = frontendsOf(nftables, ['cluster-ip']).filter(
    ({ frontend }) => frontend.reach.kind === 'endpoints',
  )
  return changeOf(
    `masqueradeAll is ${iptables.masqueradeAll} in iptables mode, ${nftables.masqueradeAll} in nftables mode`,
    touchesOf(served),
  )
}

/** KN317: the same of the mark. */
export function masqueradeBit({ iptables, nftables }: Sides): Change | undefined {
  const { masqueradeBit: before, ports } = iptables
  const { masqueradeBit: after } = nftables
  if (before === after || ports.length === 0) return undefined
  return {
    detail: `the mark is ${markText(before)} in iptables mode, ${markText(after)} in nftables mode`,
    touches: [],
  }
}

const markText = (bit: number): string => `0x${(2 ** bit).toString(16).padStart(8, '0')}`

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

const nodePorts = (plan: Plan): readonly PlannedFrontend[] => frontendsOf(plan, ['node-port'])

/** Node ports that lead somewhere, if only by short circuit: the node's own traffic always does. */
const served = (plan: Plan): readonly PlannedFrontend[] =>
  nodePorts(plan).filter(({ frontend }) => frontend.reach.kind !== 'nowhere')

/** KN300: NodePorts at loopback addresses. */
export function localhost({ iptables }: Sides): Change | undefined {
  if (!iptables.localhostNodePorts) return undefined
  const touches = served(iptables).map(({ planned: { port }, frontend }) => ({
    ...touchFrontend(port, frontend),
    what: `127.0.0.1:${touchFrontend(port, frontend).what}`,
  }))
  return changeOf('the node reaches NodePorts at 127.0.0.0/8 in iptables mode only', touches)
}

/** KN301: the default of --nodeport-addresses is another one; given ones are the same in both modes. */
export function addresses({ iptables, nftables, family }: Sides): Change | undefined {
  if (iptables.nodePorts.kind !== 'all' || nftables.nodePorts.kind !== 'listed') return undefined
  const { ips } = nftables.nodePorts
  const lost = nftables.node.addresses.filter(ip => familyOf(ip) === family && !ips.includes(ip))
  const known = lost.length > 0 ? `: of those known here ${lost.join(', ')} fall out` : ''
  return changeOf(
    `served at every address of the node in iptables mode, in nftables mode at ${ips.join(', ')} alone${known}`,
    touchesOf(served(iptables)),
  )
}

/** KN302: in iptables mode what serves nobody is refused or dropped at every address of the host. */
export function unguarded({ iptables, nftables }: Sides): Change | undefined {
  const { nodePorts: open } = nftables
  const isGuarded = ({ frontend: { reach } }: PlannedFrontend): boolean =>
    open.kind === 'all' && iptables.localhostNodePorts
      ? reach.kind === 'nowhere'
      : reach.kind !== 'endpoints'
  const touches = nodePorts(iptables)
    .filter(isGuarded)
    .map(({ planned, frontend }) => {
      const touch = touchFrontend(planned.port, frontend)
      return { ...touch, what: `${touch.what}, ${guardOf(frontend)}` }
    })
  const where =
    open.kind === 'all' ? 'every address but loopback ones' : `${open.ips.join(', ')} alone`
  return changeOf(
    `guarded at every address of the host in iptables mode, in nftables mode at ${where}`,
    touches,
  )
}

const guardOf = ({ reach }: Frontend): string =>
  reach.kind === 'nowhere' && reach.because === 'no-endpoints'
    ? 'refused: no endpoints'
    : 'dropped: no endpoint here'

/** KN315: the sysctl outlives the rule that made it harmless, with or without NodePorts. */
export function routeLocalnet({ iptables }: Sides): Change | undefined {
  if (!iptables.localhostNodePorts || iptables.ports.length === 0) return undefined
  return {
    detail:
      'net.ipv4.conf.all.route_localnet=1 was set for NodePorts on localhost and is not set back',
    touches: touchesOf(nodePorts(iptables)),
  }
}

/** KN308: connections to healthCheckNodePort, which kube-proxy itself answers. */
export function healthChecks({ iptables }: Sides): Change | undefined {
  const touches = iptables.ports.flatMap(({ port, healthCheckNodePort: number }) =>
    number === undefined ? [] : touchPort(port, `${number}/tcp`, ['spec', 'healthCheckNodePort']),
  )
  return changeOf(
    'connections of load balancers that ask for endpoints on this node',
    oncePerService(touches),
  )
}

const DETAIL = 'masqueraded when they reach themselves in iptables mode, not in nftables mode'

/** KN310: an endpoint that is on this node, maybe, and is not called so. */
export function hairpin({ nftables: plan }: Sides): Change | undefined {
  const touches = unmasqueraded(plan, ({ nodeName }) => nodeName === undefined).flatMap(
    ({ planned, endpoint }) =>
      byClusterIP(plan, planned, endpoint) ||
      (hasFrontend(planned, EXTERNAL) && byShortCircuit(plan, planned, endpoint))
        ? touchEndpoint(planned.port, endpoint)
        : [],
  )
  return changeOf(DETAIL, touches)
}

/**
 * KN319: an endpoint elsewhere comes through this node only if it calls the node itself, by the
 * uplink. Every other destination is translated at home.
 */
export function remoteHairpin({ nftables: plan }: Sides): Change | undefined {
  if (plan.detector?.kind !== 'cidr') return undefined
  const elsewhere = ({ nodeName }: Endpoint): boolean =>
    nodeName !== undefined && nodeName !== plan.node.name
  const touches = unmasqueraded(plan, elsewhere).flatMap(({ planned, endpoint }) =>
    hasFrontend(planned, ['node-port']) && byShortCircuit(plan, planned, endpoint)
      ? touchEndpoint(planned.port, endpoint)
      : [],
  )
  return changeOf(DETAIL, touches)
}

const EXTERNAL: readonly FrontendKind[] = ['external-ip', 'load-balancer-ip', 'node-port']

const hasFrontend = ({ frontends }: PortPlan, kinds: readonly FrontendKind[]): boolean =>
  frontends.some(({ kind }) => kinds.includes(kind))

const touchEndpoint = (port: ServicePort, { id }: Endpoint): Touch =>
  touchPort(port, `endpoint ${id}`)

interface Candidate {
  readonly planned: PortPlan
  readonly endpoint: Endpoint
}

/**
 * Endpoints of the Cluster policy whose flows to themselves nftables mode does not know. Two Services
 * may share an endpoint, of which one is enough. The node itself needs no masquerade.
 */
function unmasqueraded(plan: Plan, isMeant: (endpoint: Endpoint) => boolean): readonly Candidate[] {
  const known = new Set(
    plan.ports.flatMap(({ port, hairpin }) => hairpin.map(one => flowKey(port, one))),
  )
  const own = new Set(plan.node.addresses)
  return plan.ports.flatMap(planned =>
    planned.cluster
      .filter(({ weight, endpoint }) => weight > 0 && isMeant(endpoint))
      .map(({ endpoint }) => ({ planned, endpoint }))
      .filter(
        ({ endpoint }) => !own.has(endpoint.ip) && !known.has(flowKey(planned.port, endpoint)),
      ),
  )
}

const flowKey = ({ protocol }: ServicePort, { id }: Endpoint): string => `${protocol} ${id}`

/** Whether the ClusterIP leads an endpoint to itself with its own address. */
function byClusterIP(plan: Plan, planned: PortPlan, { ip }: Endpoint): boolean {
  const { detector, masqueradeAll } = plan
  const isOpen = planned.port.internalPolicy === 'Cluster' && hasFrontend(planned, ['cluster-ip'])
  return isOpen && !masqueradeAll && (detector === undefined || mayBePod(plan, ip))
}

/** Whether an external destination does so; under the Cluster policy it masquerades everybody. */
const byShortCircuit = (plan: Plan, { port }: PortPlan, { ip }: Endpoint): boolean =>
  port.externalPolicy === 'Local' && mayBePod(plan, ip)

/** By which interface it comes does not show in an address. */
function mayBePod({ detector }: Plan, ip: Ip): boolean {
  if (detector === undefined) return false
  return detector.kind === 'interface' || containedIn([detector.cidr])(ip)
}
