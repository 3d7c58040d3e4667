import { isObjectChain } from '../../ir/iptables/names.js'
import type { IptablesRule } from '../../ir/iptables/rule.js'
import type { IptablesChain, IptablesFragment, IptablesRules } from '../../ir/iptables/table.js'
import type { Plan } from '../../plan/plan.js'
import { forwardRules, localnetRules } from './base.js'
import { FILTER_BUILTINS, NAT_BUILTINS } from './builtins.js'
import {
  CHAINS,
  contextOf,
  type IptablesContext,
  type IptablesPort,
  type IptablesSettings,
  originOf,
} from './context.js'
import { dispatch, nodePortDispatch } from './dispatch.js'
import { endpoints } from './endpoints.js'
import { external } from './external.js'
import { healthChecks } from './health-checks.js'
import { clusterIPMasquerade, masqueradeRules } from './masquerade.js'
import { services } from './services.js'
import { sourceRanges } from './source-ranges.js'
import { unreachable } from './unreachable.js'

/** The tasks of a service port, in the order in which its rules stand. */
const CONCERNS: readonly ((context: IptablesContext, named: IptablesPort) => IptablesFragment)[] = [
  dispatch,
  unreachable,
  healthChecks,
  clusterIPMasquerade,
  external,
  sourceRanges,
  services,
  endpoints,
]

/**
 * kube-proxy's rules of iptables mode: a chain for each policy of each service port, which leads by
 * chance to the chains of its endpoints. Chains and rules stand in the order in which kube-proxy
 * writes them, service ports one after another.
 */
export function lowerIptables(plan: Plan, settings: IptablesSettings): IptablesRules {
  const context = contextOf(plan, settings)
  const ofPorts = portRules(context)
  const natChains = [
    ...fixed(CHAINS.services, CHAINS.nodePorts, CHAINS.postrouting, CHAINS.markMasq),
    ...ofPorts.natChains,
  ]
  const filterChains = fixed(
    CHAINS.services,
    CHAINS.externalServices,
    CHAINS.forward,
    CHAINS.nodePorts,
    CHAINS.proxyFirewall,
    ...(plan.localhostNodePorts ? [CHAINS.firewall] : []),
  )
  return {
    family: plan.family,
    tables: [
      {
        name: 'filter',
        builtins: FILTER_BUILTINS,
        chains: filterChains,
        removed: [],
        rules: [...localnetRules(context), ...ofPorts.filter, ...forwardRules(context)],
        lastRules: [],
      },
      {
        name: 'nat',
        builtins: NAT_BUILTINS,
        chains: natChains,
        removed: goneChains(settings.previousChains, natChains),
        rules: [...masqueradeRules(context), ...ofPorts.nat],
        lastRules: nodePortDispatch(context),
      },
    ],
  }
}

/** What the service ports bring, one after another. */
function portRules(context: IptablesContext): Required<IptablesFragment> {
  const filter: IptablesRule[] = []
  const nat: IptablesRule[] = []
  const natChains: IptablesChain[] = []
  for (const named of context.ports) {
    for (const lower of CONCERNS) {
      const fragment = lower(context, named)
      for (const rule of fragment.filter ?? []) filter.push(rule)
      for (const rule of fragment.nat ?? []) nat.push(rule)
      for (const chain of fragment.natChains ?? []) natChains.push(chain)
    }
  }
  return { filter, nat, natChains }
}

const fixed = (...names: readonly string[]): IptablesChain[] =>
  names.map(name => ({ name, origin: originOf('base') }))

/** The chains of objects that are there no longer; the fixed ones stay, other people's are theirs. */
function goneChains(
  previous: readonly string[],
  chains: readonly IptablesChain[],
): readonly string[] {
  if (previous.length === 0) return []
  const kept = new Set(chains.map(({ name }) => name))
  return previous.filter(name => isObjectChain(name) && !kept.has(name))
}
