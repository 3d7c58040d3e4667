import type { Frontend, Reach } from '../../plan/frontends.js'
import type {
  IptablesFragment,
  IptablesMatch,
  IptablesRule,
  IptablesTarget,
} from '../../rules/iptables.js'
import {
  appender,
  CHAINS,
  comment,
  destination,
  from,
  frontendsOf,
  hostIs,
  type IptablesContext,
  type IptablesPort,
  jump,
  localTraffic,
  originOf,
  protocolOf,
} from './words.js'

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

/** Whether source ranges guard the load balancer addresses of a port that leads anywhere. */
export const hasFirewall = ({ allowedSources, servesExternal }: IptablesPort): boolean =>
  allowedSources !== undefined && servesExternal

/**
 * `loadBalancerSourceRanges`: what the firewall chain lets through is translated; the rest falls off
 * its end with the destination it had, by which KUBE-PROXY-FIREWALL drops it (nat must not).
 */
export function sourceRanges(_: IptablesContext, named: IptablesPort): IptablesFragment {
  if (!hasFirewall(named)) return {}
  const { chains, label, allowedSources = [] } = named
  const origin = originOf('source-ranges', named)
  const append = appender(origin)
  return {
    filter: named.port.loadBalancerIPs.map(ip =>
      append(
        CHAINS.proxyFirewall,
        [comment(`${label} traffic not accepted by ${chains.firewall}`), ...destination(named, ip)],
        { kind: 'drop' },
      ),
    ),
    natChains: [{ name: chains.firewall, origin }],
    nat: [
      ...allowedSources.map(source =>
        append(
          chains.firewall,
          [comment(`${label} loadbalancer IP`), from(source)],
          jump(chains.external),
        ),
      ),
      append(chains.firewall, [
        comment(`other traffic to ${label} will be dropped by ${CHAINS.proxyFirewall}`),
      ]),
    ],
  }
}

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
