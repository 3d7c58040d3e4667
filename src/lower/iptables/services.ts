import type { IptablesMatch, IptablesRule } from '../../ir/iptables/rule.js'
import type { IptablesFragment } from '../../ir/iptables/table.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { Backend } from '../../plan/endpoints.js'
import {
  appender,
  comment,
  type IptablesContext,
  type IptablesPort,
  jump,
  originOf,
} from './context.js'

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
