import { goto, isLocal, rule, setMark } from '../../ir/build.js'
import type { Field, L4Protocol } from '../../ir/match.js'
import type { Chain } from '../../ir/table.js'
import type { TrafficPolicy } from '../../model/service-port.js'
import { type Context, originOf } from '../kube-proxy/context.js'
import { l4, type NamedFrontend } from '../kube-proxy/keys.js'
import { localTraffic } from '../kube-proxy/masquerade.js'
import { backendsOf, bucketCount } from './choice.js'

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
