import type { Endpoint } from '../../model/endpoint.js'
import type { Node } from '../../model/node.js'
import type { ServicePort } from '../../model/service-port.js'
import { type Expectation, type ExpectedBackend, type Fraction, fraction } from '../packet.js'
import { isNode, isOwn, type Owner, type Sender, standingOf, type View } from './view.js'

/** Where a service port with endpoints sends a packet by the policy of its destination. */
export const byPolicy = (view: View, sender: Sender, { port, policy }: Owner): Expectation =>
  policy === 'internal' ? internal(view, sender, port) : external(view, sender, port)

function internal(view: View, sender: Sender, port: ServicePort): Expectation {
  const { node, settings } = view
  const isLocal = port.internalPolicy === 'Local'
  const choice = isLocal ? localChoice(port, node) : clusterChoice(port, node)
  if (choice.endpoints.length === 0) return noneHere(view, 'internalTrafficPolicy')
  const { isPod, because } = standingOf(view, sender)
  return toBackends(view, sender, {
    port,
    choice,
    policy: `internalTrafficPolicy ${port.internalPolicy}`,
    isMasqueraded: settings.masqueradeAll || isPod === false,
    sourceBecause: settings.masqueradeAll ? 'masquerade-all' : because,
  })
}

/** Pods first: what counts as a pod keeps its source, even if the address is one of the node's. */
function external(view: View, sender: Sender, port: ServicePort): Expectation {
  const { isPod, because } = standingOf(view, sender)
  const isOwnTraffic = isOwn(view, sender.ip)
  const isLocal = port.externalPolicy === 'Local'
  const mayGoAnywhere = !isLocal || isPod === true || isOwnTraffic
  const choice = mayGoAnywhere ? clusterChoice(port, view.node) : localChoice(port, view.node)
  if (choice.endpoints.length === 0) return noneHere(view, 'externalTrafficPolicy')
  const policy = `externalTrafficPolicy ${port.externalPolicy}`
  const route = { port, choice, policy }
  if (!isLocal) {
    const sourceBecause = 'always, under this policy'
    return toBackends(view, sender, { ...route, isMasqueraded: true, sourceBecause })
  }
  if (isPod === true)
    return toBackends(view, sender, { ...route, isMasqueraded: false, sourceBecause: because })
  const sourceBecause = isOwnTraffic ? `${sender.ip} is an address of the node` : because
  return toBackends(view, sender, { ...route, isMasqueraded: isOwnTraffic, sourceBecause })
}

const noneHere = ({ node }: View, policy: string): Expectation => ({
  verdict: 'dropped',
  because: `${policy} Local and no local endpoint on ${node.name}`,
})

/**
 * What becomes of packets that a service port sends nowhere: refused without endpoints, dropped where
 * its Local policy finds none on the node, for others may; `undefined` if neither is so.
 */
export function refusalOf(view: View, { port, policy }: Owner): Expectation | undefined {
  if (!isAlive(port)) return { verdict: 'refused', because: noneAlive(port) }
  const isLocal = (policy === 'internal' ? port.internalPolicy : port.externalPolicy) === 'Local'
  if (!isLocal || localChoice(port, view.node).endpoints.length > 0) return undefined
  return noneHere(view, `${policy}TrafficPolicy`)
}

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
function toBackends(view: View, sender: Sender, route: Route): Expectation {
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
function clusterChoice({ endpoints }: ServicePort, node: Node): Choice {
  const ready = endpoints.filter(one => one.ready)
  if (ready.length > 0) return hinted(ready, node)
  return { endpoints: endpoints.filter(isDraining), how: 'terminating endpoints, as none is ready' }
}

/** Where the Local policy sends: the same of the endpoints on this node, without hints. */
function localChoice({ endpoints }: ServicePort, { name }: Node): Choice {
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

/** Weight over the sum of weights; equal shares where all weigh 0. One that weighs 0 gets nothing. */
export function sharesOf(
  endpoints: readonly Endpoint[],
): readonly (readonly [Endpoint, Fraction])[] {
  const total = endpoints.reduce((sum, { weight }) => sum + weight, 0)
  return endpoints
    .filter(({ weight }) => total === 0 || weight > 0)
    .map(one => {
      const share = total === 0 ? fraction(1, endpoints.length) : fraction(one.weight, total)
      return [one, share] as const
    })
}
