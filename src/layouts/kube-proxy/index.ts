import type { Plan } from '../../plan/plan.js'
import { jump, NEW_FLOW, rule } from '../../rules/build.js'
import type { BaseChain, Chain, Fragment, Table } from '../../rules/table.js'
import { type Context, contextOf, type LowerSettings, mergeFragments, originOf } from './context.js'
import { dispatch, ownChain } from './dispatch.js'
import { masquerade } from './masquerade.js'
import { affinity, services } from './services.js'
import { sourceRanges } from './source-ranges.js'
import { unreachable } from './unreachable.js'

const origin = originOf('base')

/**
 * The base chains: where the table hooks into the kernel. Source ranges are enforced before DNAT,
 * while the packet still has the load balancer address; the endpoint checks run after DNAT, when only
 * packets that no service took still have a service address. NAT chains see the first packet of a
 * flow by nature, so only the filter chains ask for new flows.
 *
 * `filter-input` has no ClusterIP guard, since a ClusterIP is no local address; `filter-output` has no
 * node port check, since the node's packets to its own node ports come back through input.
 */
export const baseChains = (): Fragment => ({
  chains: [
    base('filter-prerouting-pre-dnat', 'filter', 'prerouting', -110, ['firewall-check']),
    base('filter-output-pre-dnat', 'filter', 'output', -110, ['firewall-check']),
    base('filter-input', 'filter', 'input', 0, [
      'nodeport-endpoints-check',
      'service-endpoints-check',
    ]),
    base('filter-forward', 'filter', 'forward', 0, [
      'service-endpoints-check',
      'cluster-ips-check',
    ]),
    base('filter-output', 'filter', 'output', 0, ['service-endpoints-check', 'cluster-ips-check']),
    base('nat-prerouting', 'nat', 'prerouting', -100, ['services']),
    base('nat-output', 'nat', 'output', -100, ['services']),
    base('nat-postrouting', 'nat', 'postrouting', 100, ['masquerading']),
  ],
})

function base(
  name: string,
  type: BaseChain['type'],
  hook: BaseChain['hook'],
  priority: number,
  targets: readonly string[],
): Chain {
  const matches = type === 'filter' ? [NEW_FLOW] : []
  const rules = targets.map(target => rule(matches, jump(target), origin))
  return { name, base: { type, hook, priority }, rules, origin }
}

/** The tasks of the table, in the order in which their objects stand in it. */
const CONCERNS: readonly ((context: Context) => Fragment)[] = [
  baseChains,
  context => dispatch(context, ownChain),
  sourceRanges,
  unreachable,
  masquerade,
  services,
  affinity,
]

/**
 * kube-proxy's own layout of release 1.36 and later: a chain for each policy of each service port,
 * which chooses and DNATs through an anonymous map; endpoint chains for affinity alone.
 */
export function lowerKubeProxy(plan: Plan, settings: LowerSettings): Table {
  const context = contextOf(plan, settings)
  return mergeFragments(
    plan,
    CONCERNS.map(concern => concern(context)),
  )
}
