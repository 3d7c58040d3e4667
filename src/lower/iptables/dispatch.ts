import { IPTABLES } from '../../ir/family.js'
import type { IptablesRule } from '../../ir/iptables/rule.js'
import type { IptablesFragment } from '../../ir/iptables/table.js'
import type { Frontend } from '../../plan/frontends.js'
import { compareText } from '../../util/collections.js'
import {
  appender,
  CHAINS,
  comment,
  destination,
  hostIs,
  type IptablesContext,
  type IptablesPort,
  jump,
  notTo,
  originOf,
  protocolOf,
  to,
} from './context.js'
import { frontendsOf } from './frontends.js'
import { hasFirewall } from './source-ranges.js'

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
