import type { IptablesMatch, IptablesRule } from '../../ir/iptables/rule.js'
import type { IptablesFragment } from '../../ir/iptables/table.js'
import {
  appender,
  CHAINS,
  comment,
  destination,
  type IptablesContext,
  type IptablesPort,
  jump,
  localTraffic,
  originOf,
} from './context.js'

/**
 * The two ends of masquerade: the chain that marks flows, and postrouting, which acts on the mark. It
 * is cleared first: the packet may come through here again, in a tunnel.
 */
export function masqueradeRules({ mark }: IptablesContext): IptablesRule[] {
  const append = appender(originOf('masquerade'))
  return [
    append(CHAINS.postrouting, [{ kind: 'mark', mark, negate: true }], { kind: 'return' }),
    append(CHAINS.postrouting, [], { kind: 'mark-xor', mark }),
    append(CHAINS.postrouting, [comment('kubernetes service traffic requiring SNAT')], {
      kind: 'masquerade',
    }),
    append(CHAINS.markMasq, [], { kind: 'mark-or', mark }),
  ]
}

/** Marks ClusterIP traffic, where any is to be masqueraded, at the top of the chain it goes to. */
export function clusterIPMasquerade(
  context: IptablesContext,
  named: IptablesPort,
): IptablesFragment {
  const frontend = named.frontends.find(({ kind }) => kind === 'cluster-ip')
  const sources = masqueradedSources(context)
  if (frontend?.ip === undefined || frontend.reach.kind !== 'endpoints' || !sources) return {}
  const rule = appender(originOf('masquerade', named))(
    frontend.policy === 'Local' ? named.chains.local : named.chains.service,
    [comment(`${named.label} cluster IP`), ...destination(named, frontend.ip), ...sources],
    jump(CHAINS.markMasq),
  )
  return { nat: [rule] }
}

/** The test for sources whose traffic to ClusterIPs is masqueraded; nothing where there are none. */
function masqueradedSources({ plan }: IptablesContext): readonly IptablesMatch[] | undefined {
  const { masqueradeAll, detector } = plan
  if (masqueradeAll) return []
  // Nothing is outside of all addresses, and iptables-nft cannot load a rule that asks for it.
  const isAll = detector?.kind === 'cidr' && detector.cidr.endsWith('/0')
  return detector === undefined || isAll ? undefined : [localTraffic(detector, true)]
}
