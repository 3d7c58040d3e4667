import { withoutContained } from '../../address/ranges.js'
import type { TrafficPolicy } from '../../model/service-port.js'
import type { Backend } from '../../plan/endpoints.js'
import {
  DESTINATION,
  DROP,
  goto,
  isLocal,
  notInSet,
  rule,
  setMark,
  vmap,
} from '../../rules/build.js'
import type { Field, L4Protocol } from '../../rules/match.js'
import { elementComment } from '../../rules/names.js'
import type { Chain, EndpointElement, Fragment } from '../../rules/table.js'
import {
  type Context,
  DESTINATION_TYPES,
  hasAffinity,
  l4,
  type NamedFrontend,
  type NamedPort,
  originOf,
} from '../kube-proxy/context.js'
import { localTraffic } from '../kube-proxy/masquerade.js'
import { guardedAddresses } from '../kube-proxy/source-ranges.js'

const origin = originOf('services')

/** Where a frontend's traffic arrives; each place has chains and maps of its own, for its kind of key. */
export interface Place {
  readonly at: 'address' | 'node-port'
  readonly protocol: L4Protocol
}

export const placeOf = ({ named, frontend }: NamedFrontend): Place => ({
  at: frontend.kind === 'node-port' ? 'node-port' : 'address',
  protocol: l4(named.port.protocol),
})

const PREFIX: Readonly<Record<Place['at'], string>> = { address: '', 'node-port': 'nodeport-' }
const POLICY: Readonly<Record<TrafficPolicy, string>> = { Cluster: '', Local: 'local-' }

/** The map from the destinations of a place to the endpoints of a policy. */
export const endpointMapName = ({ at, protocol }: Place, policy: TrafficPolicy): string =>
  `${PREFIX[at]}${POLICY[policy]}endpoints-${protocol}`

/** What the keys of a place's maps hold in front of the bucket. */
export const endpointMapFields = ({ at, protocol }: Place): readonly Field[] =>
  at === 'address' ? ['daddr', `${protocol}-dport`] : [`${protocol}-dport`]

const dispatchName = ({ at, protocol }: Place, policy: TrafficPolicy, buckets: number): string =>
  `${PREFIX[at]}${POLICY[policy]}dispatch-${protocol}-${buckets}`

/**
 * The chain that does what a frontend needs, and the chains that it leads to, the last first. Equal
 * needs give equal chains, so that there are as many as needs, not as Services.
 */
export function sharedChains(
  context: Context,
  target: NamedFrontend,
): readonly [Chain, ...Chain[]] {
  const { frontend, named } = target
  const place = placeOf(target)
  if (frontend.kind === 'cluster-ip') {
    return [dispatchChain(place, frontend.policy, bucketCount(backendsOf(named, frontend.policy)))]
  }
  const cluster = dispatchChain(place, 'Cluster', bucketCount(named.cluster))
  if (frontend.policy === 'Cluster') return [clusterChain(context, place, cluster), cluster]
  if (named.local.length === 0) return [localChain(context, place, cluster, undefined), cluster]
  const local = dispatchChain(place, 'Local', bucketCount(named.local))
  return [localChain(context, place, cluster, local), cluster, local]
}

/** One DNAT by chance for every destination with so many buckets. */
function dispatchChain(place: Place, policy: TrafficPolicy, modulus: number): Chain {
  const key = endpointMapFields(place)
  const map = endpointMapName(place, policy)
  const rules = [rule([], { kind: 'dnat-map', key, modulus, map }, originOf('endpoints'))]
  return { name: dispatchName(place, policy, modulus), rules, origin: originOf('endpoints') }
}

/** External traffic under the Cluster policy: always masqueraded. */
function clusterChain({ mark }: Context, place: Place, dispatch: Chain): Chain {
  const rules = [
    rule([], setMark(mark), origin, 'masquerade'),
    rule([], goto(dispatch.name), origin),
  ]
  const name = `${PREFIX[place.at]}external-${place.protocol}-${bucketsIn(dispatch)}`
  return { name, rules, origin }
}

/** External traffic under the Local policy: short circuits first, then the node's own endpoints. */
function localChain(
  { plan, mark }: Context,
  place: Place,
  cluster: Chain,
  local: Chain | undefined,
): Chain {
  const toCluster = goto(cluster.name)
  const pods = plan.detector && localTraffic(plan.detector, false)
  const rules = [
    ...(pods ? [rule([pods], toCluster, origin, 'short-circuit pod traffic')] : []),
    rule([isLocal('saddr')], setMark(mark), origin, 'masquerade local traffic'),
    rule([isLocal('saddr')], toCluster, origin, 'short-circuit local traffic'),
    ...(local ? [rule([], goto(local.name), origin)] : []),
  ]
  const buckets = `${bucketsIn(cluster)}-${local ? bucketsIn(local) : 0}`
  const name = `${PREFIX[place.at]}external-local-${place.protocol}-${buckets}`
  return { name, rules, origin }
}

const bucketsIn = ({ name }: Chain): string => name.slice(name.lastIndexOf('-') + 1)

/** How many numbers the random choice of a list of backends is made from: the sum of the weights. */
const bucketCount = (backends: readonly Backend[]): number =>
  backends.reduce((sum, { weight }) => sum + weight, 0)

/** Most elements that weights may take in the shared maps, for each destination of a port. */
const MAX_BUCKETS = 1024

/**
 * Whether the port has the chains of kube-proxy's layout instead of a share in the common ones: for
 * session affinity, which remembers clients for each endpoint, and for weights with a large sum, which
 * intervals hold in a few elements.
 */
export const hasOwnChains = (named: NamedPort): boolean =>
  hasAffinity(named) || [named.cluster, named.local].some(isHeavy)

/** Intervals save nothing where all weigh the same. */
const isHeavy = (backends: readonly Backend[]): boolean =>
  bucketCount(backends) > Math.max(MAX_BUCKETS, backends.length)

/** The list that a policy sends to. */
const backendsOf = (named: NamedPort, policy: TrafficPolicy): readonly Backend[] =>
  policy === 'Local' ? named.local : named.cluster

/**
 * The elements that stand for the choice of a frontend under a policy: one for each bucket. The
 * protocol is that of the map.
 */
export function choiceElements(
  { named, frontend }: NamedFrontend,
  policy: TrafficPolicy,
  { comments }: Context,
): EndpointElement[] {
  const key = [...(frontend.ip === undefined ? [] : [frontend.ip]), String(frontend.port)]
  const origin = originOf('endpoints', named)
  const note = comments ? { comment: elementComment(named.port) } : {}
  const elements: EndpointElement[] = []
  for (const { endpoint, weight } of backendsOf(named, policy)) {
    const to = { ip: endpoint.ip, port: endpoint.port }
    for (let i = 0; i < weight; i++) {
      elements.push({ key: [...key, String(elements.length)], to, ...note, origin })
    }
  }
  return elements
}

const RANGES_ORIGIN = originOf('source-ranges')
const CHAIN = 'firewall'
const SOURCES = 'firewall-sources'

/**
 * `loadBalancerSourceRanges` in one set of intervals: destination and source together. A destination
 * that everybody may use is not guarded at all.
 */
export function sourceRanges({ ports }: Context): Fragment {
  const guarded = ports.filter(
    ({ allowedSources = [] }) => allowedSources.length > 0 && !isOpen(allowedSources),
  )
  const addresses = guarded.flatMap(named =>
    guardedAddresses(named).map(element => ({ named, element })),
  )
  const outside = notInSet([...DESTINATION, 'saddr'], SOURCES)
  return {
    sets: [
      {
        name: SOURCES,
        key: [...DESTINATION_TYPES, 'address'],
        comment: 'sources that LoadBalancerSourceRanges allow',
        interval: true,
        elements: addresses.flatMap(({ named, element }) =>
          sourcesOf(named).map(cidr => ({
            key: [...element.key, cidr],
            origin: originOf('source-ranges', named),
          })),
        ),
        origin: RANGES_ORIGIN,
      },
    ],
    maps: [
      {
        name: 'firewall-ips',
        key: DESTINATION_TYPES,
        comment: 'destinations that are subject to LoadBalancerSourceRanges',
        elements: addresses.map(({ element }) => ({ ...element, verdict: goto(CHAIN) })),
        origin: RANGES_ORIGIN,
      },
    ],
    chains: [
      {
        name: 'firewall-check',
        rules: [rule([], vmap(DESTINATION, 'firewall-ips'), RANGES_ORIGIN)],
        origin: RANGES_ORIGIN,
      },
      { name: CHAIN, rules: [rule([outside], DROP, RANGES_ORIGIN)], origin: RANGES_ORIGIN },
    ],
  }
}

const isOpen = (sources: readonly string[]): boolean => sources.some(cidr => cidr.endsWith('/0'))

/** The kernel refuses intervals that overlap; CIDRs are nested or apart, so the outer ones do. */
const sourcesOf = ({ allowedSources = [] }: NamedPort): readonly string[] =>
  withoutContained(allowedSources)
