import type { TrafficPolicy } from '../../model/service-port.js'
import type { Plan } from '../../plan/plan.js'
import type { L4Protocol } from '../../rules/match.js'
import type { Chain, EndpointMap, Table } from '../../rules/table.js'
import { compareText, groupBy } from '../../util/collections.js'
import {
  type Context,
  contextOf,
  type LowerSettings,
  mergeFragments,
  type NamedFrontend,
  originOf,
  splitFrontends,
} from '../kube-proxy/context.js'
import { dispatch, ownChain } from '../kube-proxy/dispatch.js'
import { baseChains } from '../kube-proxy/index.js'
import { masquerade } from '../kube-proxy/masquerade.js'
import { affinity, services } from '../kube-proxy/services.js'
import { unreachable } from '../kube-proxy/unreachable.js'
import {
  choiceElements,
  endpointMapFields,
  endpointMapName,
  hasOwnChains,
  placeOf,
  sharedChains,
  sourceRanges,
} from './chains.js'

/**
 * The layout of shared chains and named maps: the same decisions as in kube-proxy's own, in a number
 * of chains that does not grow with the Services.
 *
 * Why: in a transaction the kernel looks sets up by walking the table's list of them, and every
 * anonymous map is one. A map for each service port makes loading quadratic (kubernetes#139513,
 * #140362); a chain for each one costs memory, and a change of one touches its chain and its map.
 *
 * How: what differs between services is data. The choice of an endpoint is one look-up in a named map,
 * with a random number as the last part of the key:
 *
 *   dispatch-tcp-3:  dnat ip to ip daddr . tcp dport . numgen random mod 3 map @endpoints-tcp
 *
 * One such chain serves every destination with three buckets, and a change of an endpoint is a change
 * of elements. A weight is a number of buckets, so weights need nothing of their own, unless their sum
 * is so large that kube-proxy's chain with its intervals is the smaller. Where a hash of the client
 * chooses, it stands in the place of the random number, in chains of their own:
 * `dispatch-tcp-source-ip-251`.
 *
 * - The key holds the destination itself, not an id of the service port: nft has no register that
 *   would carry an id from one look-up to the next, and borrowing the packet mark or priority for it
 *   would meddle with other people's. So a Service with several addresses has a copy for each.
 * - Node ports have no address of their own, so their maps are keyed by the port; and the Local policy
 *   has maps beside those of the Cluster policy, because a destination may need both (short circuits).
 * - Each protocol has maps of its own. One map for all would have the key `ip daddr . meta l4proto . th
 *   dport`, which loads, but nft (1.0.6 to 1.1.3) refuses every rule that is added to it later: it
 *   reads `th dport` back from the kernel as a header it cannot place ("conflicting protocols
 *   specified: ip vs. th"). So twelve maps at most; a table has those that hold anything.
 * - `external-N` and `external-local-N-M` are kube-proxy's external chains, once for each number of
 *   buckets they lead to; their twins for node ports begin with `nodeport-`.
 * - Source ranges are one set of intervals over destination and source instead of a chain a service.
 * - Session affinity keeps kube-proxy's chains and sets, which remember clients for each endpoint: a
 *   set goes with its endpoint, so no client sticks to one that is gone.
 *
 * Everything else (base chains, refusals, hairpin, masquerade, the maps over destinations) is
 * kube-proxy's, by the same code.
 */
export function lowerMaps(plan: Plan, settings: LowerSettings): Table {
  const context = contextOf(plan, settings)
  const bound = { ...context, ports: context.ports.filter(hasOwnChains) }
  const entries = sharedEntries(context)
  return mergeFragments(plan, [
    baseChains(),
    dispatch(context, target => entries.nameOf(target) ?? ownChain(target)),
    sourceRanges(context),
    unreachable(context),
    masquerade(context),
    { endpointMaps: endpointMaps(context), chains: entries.chains },
    services(bound),
    affinity(bound),
  ])
}

/** The frontends that shared chains serve: those that lead somewhere, but for ports with their own. */
const sharing = (frontends: readonly NamedFrontend[]): readonly NamedFrontend[] =>
  frontends.filter(
    ({ named, frontend }) => frontend.reach.kind !== 'nowhere' && !hasOwnChains(named),
  )

interface Entries {
  /** The shared chain that a frontend's traffic goes to. */
  readonly nameOf: (target: NamedFrontend) => string | undefined
  /** Every shared chain once, in order of their names with numbers by value. */
  readonly chains: readonly Chain[]
}

function sharedEntries(context: Context): Entries {
  const chains = new Map<string, Chain>()
  const names = new Map<NamedFrontend['frontend'], string>()
  const { addressed, nodePorts } = splitFrontends(context.ports)
  for (const target of sharing([...addressed, ...nodePorts])) {
    const needed = sharedChains(context, target)
    names.set(target.frontend, needed[0].name)
    for (const chain of needed) if (!chains.has(chain.name)) chains.set(chain.name, chain)
  }
  return {
    nameOf: ({ frontend }) => names.get(frontend),
    chains: [...chains.values()].sort((a, b) => compareText(sortKey(a), sortKey(b))),
  }
}

/** A chain's name with its numbers at one length, so that dispatch-9 goes before dispatch-10. */
const sortKey = ({ name }: Chain): string =>
  name.replace(/\d+/g, number => number.padStart(10, '0'))

const COMMENTS: Readonly<Record<TrafficPolicy, string>> = {
  Cluster: 'endpoints of each destination by bucket',
  Local: 'endpoints on this node of each destination by bucket',
}

/** The maps that hold anything. */
function endpointMaps(context: Context): EndpointMap[] {
  const { addressed, nodePorts } = splitFrontends(context.ports)
  return [addressed, nodePorts].flatMap(frontends => {
    const byProtocol = groupBy(sharing(frontends), target => placeOf(target).protocol)
    return PROTOCOLS.flatMap(protocol =>
      POLICIES.flatMap(policy => endpointMap(byProtocol.get(protocol) ?? [], policy, context)),
    )
  })
}

const PROTOCOLS: readonly L4Protocol[] = ['tcp', 'udp', 'sctp']
const POLICIES: readonly TrafficPolicy[] = ['Cluster', 'Local']

/** The map of frontends of one place, if any of them uses the policy. */
function endpointMap(
  frontends: readonly NamedFrontend[],
  policy: TrafficPolicy,
  context: Context,
): EndpointMap[] {
  const elements = frontends
    .filter(target => usesPolicy(target, policy))
    .flatMap(target => choiceElements(target, policy, context))
  const [first] = frontends
  if (first === undefined || elements.length === 0) return []
  const place = placeOf(first)
  return [
    {
      name: endpointMapName(place, policy),
      fields: endpointMapFields(place),
      comment: COMMENTS[policy],
      elements,
      origin: originOf('endpoints'),
    },
  ]
}

/** External traffic under the Local policy uses both lists: short circuits lead to the cluster's. */
const usesPolicy = ({ frontend }: NamedFrontend, policy: TrafficPolicy): boolean =>
  frontend.policy === policy || (policy === 'Cluster' && frontend.kind !== 'cluster-ip')
