import { withoutContained } from '../../address/ranges.js'
import type { HashBy } from '../../model/hash.js'
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
import type { Statement } from '../../rules/statement.js'
import type { Chain, EndpointElement, Fragment } from '../../rules/table.js'
import {
  type Context,
  DESTINATION_TYPES,
  hasAffinity,
  hashTable,
  l4,
  type NamedFrontend,
  type NamedPort,
  originOf,
  packetHash,
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

const dispatchName = ({ at, protocol }: Place, policy: TrafficPolicy, draw: Draw): string =>
  `${PREFIX[at]}${POLICY[policy]}dispatch-${protocol}-${drawWords(draw)}`

/** What gives the number of a bucket: chance, or a hash of the client. */
interface Draw {
  readonly modulus: number
  readonly by?: HashBy
}

const drawWords = ({ modulus, by }: Draw): string =>
  by === undefined ? String(modulus) : `${by}-${modulus}`

function drawOf(named: NamedPort, policy: TrafficPolicy): Draw {
  const table = hashTable(named, LIST[policy])
  return table
    ? { modulus: table.endpoints.length, by: table.by }
    : { modulus: bucketCount(backendsOf(named, policy)) }
}

const LIST: Readonly<Record<TrafficPolicy, 'cluster' | 'local'>> = {
  Cluster: 'cluster',
  Local: 'local',
}

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
    return [dispatchChain(place, frontend.policy, drawOf(named, frontend.policy))]
  }
  const draw = { cluster: drawOf(named, 'Cluster'), local: drawOf(named, 'Local') }
  const cluster = dispatchChain(place, 'Cluster', draw.cluster)
  if (frontend.policy === 'Cluster') {
    return [clusterChain(context, place, cluster, draw.cluster), cluster]
  }
  const local = named.local.length === 0 ? [] : [dispatchChain(place, 'Local', draw.local)]
  return [localChain(context, place, { cluster, local: local[0], draw }), cluster, ...local]
}

/** One DNAT for every destination with so many buckets, by chance or by one kind of hash. */
function dispatchChain(place: Place, policy: TrafficPolicy, draw: Draw): Chain {
  const key = endpointMapFields(place)
  const map = endpointMapName(place, policy)
  const { modulus, by } = draw
  const statement: Statement =
    by === undefined
      ? { kind: 'dnat-map', key, modulus, map }
      : { kind: 'dnat-hash-map', key, hash: packetHash(by, place.protocol), modulus, map }
  const rules = [rule([], statement, originOf('endpoints'))]
  return { name: dispatchName(place, policy, draw), rules, origin: originOf('endpoints') }
}

/** External traffic under the Cluster policy: always masqueraded. */
function clusterChain({ mark }: Context, place: Place, dispatch: Chain, draw: Draw): Chain {
  const rules = [
    rule([], setMark(mark), origin, 'masquerade'),
    rule([], goto(dispatch.name), origin),
  ]
  const name = `${PREFIX[place.at]}external-${place.protocol}-${drawWords(draw)}`
  return { name, rules, origin }
}

/** External traffic under the Local policy: short circuits first, then the node's own endpoints. */
function localChain(
  { plan, mark }: Context,
  place: Place,
  { cluster, local, draw }: LocalTargets,
): Chain {
  const toCluster = goto(cluster.name)
  const pods = plan.detector && localTraffic(plan.detector, false)
  const rules = [
    ...(pods ? [rule([pods], toCluster, origin, 'short-circuit pod traffic')] : []),
    rule([isLocal('saddr')], setMark(mark), origin, 'masquerade local traffic'),
    rule([isLocal('saddr')], toCluster, origin, 'short-circuit local traffic'),
    ...(local ? [rule([], goto(local.name), origin)] : []),
  ]
  const buckets = `${drawWords(draw.cluster)}-${local ? drawWords(draw.local) : 0}`
  const name = `${PREFIX[place.at]}external-local-${place.protocol}-${buckets}`
  return { name, rules, origin }
}

/** Where a chain for the Local policy leads to, and what gives the numbers there. */
interface LocalTargets {
  readonly cluster: Chain
  readonly local: Chain | undefined
  readonly draw: Readonly<Record<'cluster' | 'local', Draw>>
}

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
  hasAffinity(named) || (named.hash === undefined && [named.cluster, named.local].some(isHeavy))

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
  for (const { ip, port } of hashTable(named, LIST[policy])?.endpoints ?? []) {
    elements.push({ key: [...key, String(elements.length)], to: { ip, port }, ...note, origin })
  }
  if (elements.length > 0) return elements
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
