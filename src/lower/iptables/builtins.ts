import type { IptablesMatch, IptablesRule } from '../../ir/iptables/rule.js'
import type { BuiltinChain } from '../../ir/iptables/table.js'
import { appender, CHAINS, comment, jump, originOf } from './context.js'

/** Where kube-proxy's chains hook into the kernel's: the jumps in the order of a fresh table. */
interface Jump {
  readonly to: string
  readonly comment?: string
  /** For the first packet of a flow alone: the others need no look. */
  readonly newFlows?: true
}

const FIREWALL: Jump = { to: CHAINS.firewall }
const PROXY_FIREWALL: Jump = {
  to: CHAINS.proxyFirewall,
  comment: 'kubernetes load balancer firewall',
  newFlows: true,
}
const HEALTH_CHECKS: Jump = {
  to: CHAINS.nodePorts,
  comment: 'kubernetes health check service ports',
}
const EXTERNAL: Jump = {
  to: CHAINS.externalServices,
  comment: 'kubernetes externally-visible service portals',
  newFlows: true,
}
const FORWARD: Jump = { to: CHAINS.forward, comment: 'kubernetes forwarding rules' }
const PORTALS: Jump = { to: CHAINS.services, comment: 'kubernetes service portals' }
const NEW_PORTALS: Jump = { ...PORTALS, newFlows: true }
const POSTROUTING: Jump = { to: CHAINS.postrouting, comment: 'kubernetes postrouting rules' }

/**
 * The jumps of the built-in chains of both tables. KUBE-EXTERNAL-SERVICES is not on OUTPUT, nor
 * KUBE-SERVICES on INPUT: a process of the node gets no refusal from an external address without
 * endpoints, as in kube-proxy.
 */
export const FILTER_BUILTINS: readonly BuiltinChain[] = [
  builtin('INPUT', [FIREWALL, PROXY_FIREWALL, HEALTH_CHECKS, EXTERNAL]),
  builtin('FORWARD', [PROXY_FIREWALL, FORWARD, NEW_PORTALS, EXTERNAL]),
  builtin('OUTPUT', [FIREWALL, PROXY_FIREWALL, NEW_PORTALS]),
]

export const NAT_BUILTINS: readonly BuiltinChain[] = [
  builtin('PREROUTING', [PORTALS]),
  builtin('INPUT', []),
  builtin('OUTPUT', [PORTALS]),
  builtin('POSTROUTING', [POSTROUTING]),
]

function builtin(name: string, jumps: readonly Jump[]): BuiltinChain {
  return { name, jumps: jumps.map(one => ruleOf(name, one)) }
}

function ruleOf(chain: string, { to, comment: text, newFlows }: Jump): IptablesRule {
  const matches: IptablesMatch[] = []
  if (newFlows) matches.push({ kind: 'flow-state', states: ['NEW'], negate: false })
  if (text !== undefined) matches.push(comment(text))
  return appender(originOf('base'))(chain, matches, jump(to))
}
