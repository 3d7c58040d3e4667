import type { IptablesMatch } from '../../ir/iptables/rule.js'
import type { IptablesFragment } from '../../ir/iptables/table.js'
import type { Endpoint } from '../../model/endpoint.js'
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
} from './context.js'

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
