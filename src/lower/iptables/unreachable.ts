import type { IptablesMatch, IptablesRule, IptablesTarget } from '../../ir/iptables/rule.js'
import type { IptablesFragment } from '../../ir/iptables/table.js'
import type { Frontend, Reach } from '../../plan/frontends.js'
import {
  appender,
  CHAINS,
  comment,
  destination,
  hostIs,
  type IptablesContext,
  type IptablesPort,
  originOf,
  protocolOf,
} from './context.js'
import { frontendsOf } from './frontends.js'

/**
 * What happens to packets that nat has left addressed to a service: refused if no endpoint exists
 * anywhere, dropped if only a Local policy stands in the way, since a load balancer may deliver
 * elsewhere. The rule for a node port is for every address of the host, also where NodePorts are
 * served at some of them alone, as in kube-proxy.
 */
export const unreachable = (_: IptablesContext, named: IptablesPort): IptablesFragment => ({
  filter: frontendsOf(named).flatMap(frontend => refusalOf(named, frontend) ?? []),
})

function refusalOf(named: IptablesPort, frontend: Frontend): IptablesRule | undefined {
  const refusal = refusalFor(frontend.reach)
  if (refusal === undefined) return undefined
  const { kind, ip, port } = frontend
  const chain = kind === 'cluster-ip' ? CHAINS.services : CHAINS.externalServices
  const where: readonly IptablesMatch[] =
    ip === undefined
      ? [hostIs('daddr'), protocolOf(named), { kind: 'dport', port }]
      : destination(named, ip)
  const append = appender(originOf('unreachable', named))
  return append(chain, [comment(`${named.label} ${refusal.words}`), ...where], refusal.target)
}

interface Refusal {
  readonly words: string
  readonly target: IptablesTarget
}

const NO_ENDPOINTS: Refusal = { words: 'has no endpoints', target: { kind: 'reject' } }
const NO_LOCAL: Refusal = { words: 'has no local endpoints', target: { kind: 'drop' } }

function refusalFor(reach: Reach): Refusal | undefined {
  switch (reach.kind) {
    case 'endpoints':
      return undefined
    case 'short-circuit-only':
      return NO_LOCAL
    case 'nowhere':
      return reach.because === 'no-endpoints' ? NO_ENDPOINTS : NO_LOCAL
  }
}
