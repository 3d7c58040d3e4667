import type { Endpoint } from '../../model/endpoint.js'
import type { Backend } from '../../plan/endpoints.js'
import type { IptablesFragment, IptablesMatch, IptablesRule } from '../../rules/iptables.js'
import {
  appender,
  CHAINS,
  comment,
  from,
  type IptablesContext,
  type IptablesPort,
  jump,
  originOf,
  protocolOf,
} from './words.js'

/** The chains that choose an endpoint: one for each traffic policy that leads to any. */
export function services(context: IptablesContext, named: IptablesPort): IptablesFragment {
  const origin = originOf('services', named)
  const lists = [
    [named.chains.service, named.cluster],
    [named.chains.local, named.local],
  ] as const
  const used = lists.filter(([, backends]) => backends.length > 0)
  return {
    natChains: used.map(([name]) => ({ name, origin })),
    nat: used.flatMap(([chain, backends]) => [
      ...affinityRules(chain, backends, named, context),
      ...choiceRules(chain, backends, named, context),
    ]),
  }
}

/**
 * Clients on record go to their endpoint, also to one that takes no new clients. The first endpoint
 * in order wins for a client that is on record twice.
 */
function affinityRules(
  chain: string,
  backends: readonly Backend[],
  named: IptablesPort,
  context: IptablesContext,
): IptablesRule[] {
  const seconds = named.port.affinitySeconds
  if (seconds === undefined) return []
  const append = appender(originOf('affinity', named))
  return backends.map(({ endpoint }) => {
    const list = named.chainOf(endpoint)
    return append(
      chain,
      [...endpointComment(named, endpoint, context), { kind: 'on-list', list, seconds }],
      jump(list),
    )
  })
}

/**
 * One endpoint after another takes its share of what those before it have left: its weight over the
 * sum of its own and all that follow. The last takes the rest.
 */
function choiceRules(
  chain: string,
  backends: readonly Backend[],
  named: IptablesPort,
  context: IptablesContext,
): IptablesRule[] {
  const append = appender(originOf('services', named))
  let left = backends.reduce((sum, { weight }) => sum + weight, 0)
  return backends
    .filter(({ weight }) => weight > 0)
    .map(({ endpoint, weight }) => {
      const total = left
      left -= weight
      const share: IptablesMatch[] = left > 0 ? [{ kind: 'random', weight, total }] : []
      return append(
        chain,
        [...endpointComment(named, endpoint, context), ...share],
        jump(named.chainOf(endpoint)),
      )
    })
}

const endpointComment = (
  { label }: IptablesPort,
  endpoint: Endpoint,
  { endpointComments }: IptablesContext,
): readonly IptablesMatch[] => (endpointComments ? [comment(`${label} -> ${endpoint.id}`)] : [])

/**
 * The chain of each endpoint: it puts the client on record, where there is affinity, and translates.
 * An endpoint that reaches itself is masqueraded, or it would answer itself past conntrack.
 */
export function endpoints(context: IptablesContext, named: IptablesPort): IptablesFragment {
  const origin = originOf('endpoints', named)
  const append = appender(origin)
  const note = context.endpointComments ? [comment(named.label)] : []
  const used = usedEndpoints(named).map(endpoint => ({ endpoint, chain: named.chainOf(endpoint) }))
  return {
    natChains: used.map(({ chain }) => ({ name: chain, origin })),
    nat: used.flatMap(({ endpoint: { ip, port }, chain }) => {
      const record: IptablesMatch[] =
        named.port.affinitySeconds === undefined ? [] : [{ kind: 'put-on-list', list: chain }]
      return [
        append(chain, [...note, from(ip)], jump(CHAINS.markMasq)),
        append(chain, [...note, ...record, protocolOf(named)], { kind: 'dnat', to: { ip, port } }),
      ]
    }),
  }
}

/** Those that anything leads to; one of weight 0 keeps the clients it has on record. */
function usedEndpoints({ reachable, cluster, local, port }: IptablesPort): readonly Endpoint[] {
  if (port.affinitySeconds !== undefined) return reachable
  const taking = [...cluster, ...local].filter(({ weight }) => weight > 0)
  if (taking.length === cluster.length + local.length) return reachable
  const used = new Set(taking.map(({ endpoint }) => endpoint))
  return reachable.filter(endpoint => used.has(endpoint))
}
