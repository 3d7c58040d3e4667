import type { Reach } from '../../plan/frontends.js'
import { DESTINATION, DROP, goto, inSet, NODE_PORT, rule, vmap } from '../../rules/build.js'
import { elementComment } from '../../rules/names.js'
import type { Verdict } from '../../rules/statement.js'
import type { Chain, ElementSet, Fragment, MapElement } from '../../rules/table.js'
import {
  type Context,
  DESTINATION_TYPES,
  firstByKey,
  frontendKey,
  type NamedFrontend,
  NODE_PORT_TYPES,
  originOf,
  splitFrontends,
} from './context.js'
import { toNodePort } from './dispatch.js'

const origin = originOf('unreachable')
const REJECT_CHAIN = 'reject-chain'
const CLUSTER_IPS = 'cluster-ips'

/**
 * What happens after DNAT to packets that are still addressed to a service: nobody took them. No
 * endpoints anywhere is refused at once; only a Local policy in the way is dropped, since a load
 * balancer may deliver elsewhere. A wrong port of a ClusterIP is refused, an unallocated ClusterIP
 * dropped.
 */
export function unreachable(context: Context): Fragment {
  const { addressed, nodePorts } = splitFrontends(context.ports)
  return {
    sets: [clusterIPs(context)],
    maps: [
      {
        name: 'no-endpoint-services',
        key: DESTINATION_TYPES,
        comment: 'vmap to drop or reject packets to services with no endpoints',
        elements: refused(addressed),
        origin,
      },
      {
        name: 'no-endpoint-nodeports',
        key: NODE_PORT_TYPES,
        comment: 'vmap to drop or reject packets to service nodeports with no endpoints',
        elements: refused(nodePorts),
        origin,
      },
    ],
    chains: [
      {
        name: 'service-endpoints-check',
        rules: [rule([], vmap(DESTINATION, 'no-endpoint-services'), origin)],
        origin,
      },
      {
        name: 'nodeport-endpoints-check',
        rules: [
          rule(toNodePort(context, 'input'), vmap(NODE_PORT, 'no-endpoint-nodeports'), origin),
        ],
        origin,
      },
      clusterIPsCheck(context),
      {
        // A verdict map holds jumps and terminal verdicts only, and reject is a statement.
        name: REJECT_CHAIN,
        comment: 'helper for @no-endpoint-services / @no-endpoint-nodeports',
        rules: [rule([], { kind: 'reject' }, origin)],
        origin,
      },
    ],
  }
}

const refused = (frontends: readonly NamedFrontend[]): MapElement[] =>
  frontends.flatMap(({ named, frontend }) => {
    const verdict = refusal(frontend.reach)
    if (verdict === undefined) return []
    const comment = elementComment(named.port)
    return {
      key: frontendKey(named, frontend),
      verdict,
      comment,
      origin: originOf('unreachable', named),
    }
  })

function refusal(reach: Reach): Verdict | undefined {
  switch (reach.kind) {
    case 'endpoints':
      return undefined
    case 'short-circuit-only':
      return DROP
    case 'nowhere':
      return reach.because === 'no-endpoints' ? goto(REJECT_CHAIN) : DROP
  }
}

/** The ClusterIP of every Service, also of one without endpoints; several ports share an element. */
function clusterIPs({ ports }: Context): ElementSet {
  const elements = ports.flatMap(named => {
    const { clusterIP } = named.port
    return clusterIP === undefined
      ? []
      : { key: [clusterIP], origin: originOf('unreachable', named) }
  })
  return {
    name: CLUSTER_IPS,
    key: ['address'],
    comment: 'Active ClusterIPs',
    elements: firstByKey(elements),
    origin,
  }
}

function clusterIPsCheck({ plan }: Context): Chain {
  const reject = rule(
    [inSet(['daddr'], CLUSTER_IPS)],
    { kind: 'reject' },
    origin,
    'Reject traffic to invalid ports of ClusterIPs',
  )
  const unallocated = rule(
    [{ kind: 'address-in', side: 'daddr', negate: false, cidrs: plan.serviceCIDRs }],
    DROP,
    origin,
    'Drop traffic to unallocated ClusterIPs',
  )
  const rules = plan.serviceCIDRs.length === 0 ? [reject] : [reject, unallocated]
  return { name: 'cluster-ips-check', rules, origin }
}
