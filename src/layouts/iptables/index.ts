import type { Plan } from '../../plan/plan.js'
import { IPTABLES } from '../../rules/build.js'
import {
  type BuiltinChain,
  type IptablesChain,
  type IptablesFragment,
  type IptablesMatch,
  type IptablesRule,
  type IptablesRules,
  type IptablesTable,
  isObjectChain,
  type PreviousChain,
} from '../../rules/iptables.js'
import { dispatch, external, nodePortDispatch } from './dispatch.js'
import { clusterIPMasquerade, masqueradeRules, sourceRanges, unreachable } from './guards.js'
import { endpoints, services } from './services.js'
import {
  appender,
  CHAINS,
  comment,
  contextOf,
  type IptablesContext,
  type IptablesPort,
  type IptablesSettings,
  jump,
  originOf,
  to,
} from './words.js'

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
        emptied: [],
        rules: [...localnetRules(context), ...ofPorts.filter, ...forwardRules(context)],
        lastRules: [],
      },
      {
        name: 'nat',
        builtins: NAT_BUILTINS,
        chains: natChains,
        ...goneChains(settings.previousChains, natChains),
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

/**
 * The chains of objects that are there no longer; the fixed ones stay, other people's are theirs. A
 * chain can be deleted where nothing refers to it, and what is declared here is emptied before.
 */
function goneChains(
  previous: readonly PreviousChain[],
  chains: readonly IptablesChain[],
): Pick<IptablesTable, 'removed' | 'emptied'> {
  const kept = new Set(chains.map(({ name }) => name))
  const gone = previous.filter(({ name }) => isObjectChain(name) && !kept.has(name))
  const own = new Set([...kept, ...gone.map(({ name }) => name)])
  const left = gone.map(({ name, referrers }) => ({
    name,
    referrers: referrers.filter(referrer => !own.has(referrer)),
  }))
  return {
    removed: left.filter(({ referrers }) => referrers.length === 0).map(({ name }) => name),
    emptied: left.filter(({ referrers }) => referrers.length > 0),
  }
}

const append = appender(originOf('base'))

/**
 * Where NodePorts work on localhost, the kernel lets packets to 127.0.0.0/8 through from anywhere
 * (route_localnet). This keeps out those that did not begin on this host.
 */
function localnetRules({ plan }: IptablesContext): IptablesRule[] {
  if (!plan.localhostNodePorts) return []
  const { loopback } = IPTABLES[plan.family]
  return [
    append(
      CHAINS.firewall,
      [
        comment('block incoming localnet connections'),
        to(loopback),
        { kind: 'address', side: 'saddr', negate: true, cidr: loopback },
        { kind: 'flow-state', states: ['RELATED', 'ESTABLISHED', 'DNAT'], negate: true },
      ],
      { kind: 'drop' },
    ),
  ]
}

/**
 * Lets service traffic pass where the host forwards nothing else. Packets that conntrack cannot place
 * are dropped first: untranslated answers would make the client reset its connection
 * (kubernetes#74839).
 */
function forwardRules({ plan, mark }: IptablesContext): IptablesRule[] {
  const invalid = append(
    CHAINS.forward,
    [{ kind: 'flow-state', states: ['INVALID'], negate: false }],
    { kind: 'drop' },
  )
  return [
    ...(plan.tcpBeLiberal ? [] : [invalid]),
    append(
      CHAINS.forward,
      [comment('kubernetes forwarding rules'), { kind: 'mark', mark, negate: false }],
      { kind: 'accept' },
    ),
    append(
      CHAINS.forward,
      [
        comment('kubernetes forwarding conntrack rule'),
        { kind: 'flow-state', states: ['RELATED', 'ESTABLISHED'], negate: false },
      ],
      { kind: 'accept' },
    ),
  ]
}

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
const FILTER_BUILTINS: readonly BuiltinChain[] = [
  builtin('INPUT', [FIREWALL, PROXY_FIREWALL, HEALTH_CHECKS, EXTERNAL]),
  builtin('FORWARD', [PROXY_FIREWALL, FORWARD, NEW_PORTALS, EXTERNAL]),
  builtin('OUTPUT', [FIREWALL, PROXY_FIREWALL, NEW_PORTALS]),
]

const NAT_BUILTINS: readonly BuiltinChain[] = [
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

/**
 * Lets load balancers ask at `healthCheckNodePort`, where kube-proxy itself answers. Once for each
 * port of the Service, as in kube-proxy; all but the first change nothing.
 */
function healthChecks(_: IptablesContext, named: IptablesPort): IptablesFragment {
  const { healthCheckNodePort: port, label } = named
  if (port === undefined) return {}
  const accept = appender(originOf('base', named))(
    CHAINS.nodePorts,
    [
      comment(`${label} health check node port`),
      { kind: 'protocol', protocol: 'tcp' },
      { kind: 'dport', port },
    ],
    { kind: 'accept' },
  )
  return { filter: [accept] }
}
