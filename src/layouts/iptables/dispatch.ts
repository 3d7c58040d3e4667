import type { Frontend } from '../../plan/frontends.js'
import { IPTABLES } from '../../rules/build.js'
import type { IptablesFragment, IptablesRule } from '../../rules/iptables.js'
import { compareText } from '../../util/collections.js'
import { hasFirewall } from './guards.js'
import {
  appender,
  CHAINS,
  comment,
  destination,
  frontendsOf,
  hostIs,
  type IptablesContext,
  type IptablesPort,
  jump,
  localTraffic,
  notTo,
  originOf,
  protocolOf,
  to,
} from './words.js'

/** The way from the destinations of a service port to its chains. */
export const dispatch = (_: IptablesContext, named: IptablesPort): IptablesFragment => ({
  nat: frontendsOf(named)
    .filter(({ reach }) => reach.kind !== 'nowhere')
    .map(frontend => dispatchRule(named, frontend)),
})

function dispatchRule(named: IptablesPort, frontend: Frontend): IptablesRule {
  const append = appender(originOf('dispatch', named))
  const { chains, label } = named
  const { kind, ip, port } = frontend
  if (ip === undefined) {
    const matches = [comment(label), protocolOf(named), { kind: 'dport', port } as const]
    return append(CHAINS.nodePorts, matches, jump(chains.external))
  }
  const leadTo = (words: string, chain: string): IptablesRule =>
    append(CHAINS.services, [comment(`${label} ${words}`), ...destination(named, ip)], jump(chain))
  if (kind === 'external-ip') return leadTo('external IP', chains.external)
  if (kind === 'load-balancer-ip')
    return leadTo('loadbalancer IP', hasFirewall(named) ? chains.firewall : chains.external)
  return leadTo('cluster IP', frontend.policy === 'Local' ? chains.local : chains.service)
}

/**
 * From KUBE-SERVICES to KUBE-NODEPORTS, behind every address of a Service: an external IP that is a
 * node's address beats a node port.
 */
export function nodePortDispatch({ plan }: IptablesContext): IptablesRule[] {
  const append = appender(originOf('dispatch'))
  const note = comment(
    'kubernetes service nodeports; NOTE: this must be the last rule in this chain',
  )
  const toNodePorts = jump(CHAINS.nodePorts)
  if (plan.nodePorts.kind === 'listed') {
    return [...plan.nodePorts.ips]
      .sort(compareText)
      .map(ip => append(CHAINS.services, [note, to(ip)], toNodePorts))
  }
  const notLoopback = plan.localhostNodePorts ? [] : [notTo(IPTABLES[plan.family].loopback)]
  return [append(CHAINS.services, [note, hostIs('daddr'), ...notLoopback], toNodePorts)]
}

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
