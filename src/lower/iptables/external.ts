import type { IptablesRule } from '../../ir/iptables/rule.js'
import type { IptablesFragment } from '../../ir/iptables/table.js'
import {
  appender,
  CHAINS,
  comment,
  hostIs,
  type IptablesContext,
  type IptablesPort,
  jump,
  localTraffic,
  originOf,
} from './context.js'

/** The chain of traffic by node port, external IP or load balancer address. */
export function external(context: IptablesContext, named: IptablesPort): IptablesFragment {
  if (!named.servesExternal) return {}
  const origin = originOf('services', named)
  const policy = named.port.externalPolicy
  return {
    natChains: [{ name: named.chains.external, origin }],
    nat: policy === 'Cluster' ? clusterRules(named) : localRules(context, named),
  }
}

/** Always masqueraded: the answer must come back through this node to be translated. */
function clusterRules(named: IptablesPort): IptablesRule[] {
  const { chains, label } = named
  const append = appender(originOf('services', named))
  const note = comment(`masquerade traffic for ${label} external destinations`)
  return [
    append(chains.external, [note], jump(CHAINS.markMasq)),
    append(chains.external, [], jump(chains.service)),
  ]
}

/** Pods and the node itself reach all endpoints, others those of this node, if there is one. */
function localRules({ plan }: IptablesContext, named: IptablesPort): IptablesRule[] {
  const { chains, label } = named
  const append = appender(originOf('services', named))
  const note = (words: string) => comment(`${words} traffic for ${label} external destinations`)
  const rules: IptablesRule[] = []
  // Before the test for the node's own traffic: pods keep their address even where the node's
  // addresses lie in the pods' range.
  if (plan.detector) {
    const fromPods = [note('pod'), localTraffic(plan.detector, false)]
    rules.push(append(chains.external, fromPods, jump(chains.service)))
  }
  // The node's source may be an address that the backend's node cannot answer, such as the load
  // balancer's.
  rules.push(
    append(chains.external, [note('masquerade LOCAL'), hostIs('saddr')], jump(CHAINS.markMasq)),
    append(chains.external, [note('route LOCAL'), hostIs('saddr')], jump(chains.service)),
  )
  if (named.local.length > 0) rules.push(append(chains.external, [], jump(chains.local)))
  return rules
}
