import type { Endpoint } from '../../model/endpoint.js'
import type { FrontendKind } from '../../model/service-port.js'
import { displayName } from '../../model/service-port.js'
import type { Frontend } from '../../plan/frontends.js'
import type { LocalDetector } from '../../plan/local-traffic.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import {
  endpointChain,
  type IptablesMatch,
  type IptablesRule,
  type IptablesTarget,
  type PortChains,
  type PreviousChain,
  portChains,
} from '../../rules/iptables.js'
import type { L4Protocol } from '../../rules/match.js'
import type { Concern, Origin } from '../../rules/table.js'

/** A planned service port with the names of its chains, hashed once for all concerns. */
export interface IptablesPort extends PortPlan {
  /** `namespace/name:port`, of which the comments are made. */
  readonly label: string
  readonly chains: PortChains
  readonly chainOf: (endpoint: Endpoint) => string
}

/** What rules for iptables depend on beside the plan. */
export interface IptablesSettings {
  /** Comments on endpoints in clusters of any size. */
  readonly comments: boolean
  /** The chains of an earlier file or of a save. */
  readonly previousChains: readonly PreviousChain[]
}

/** What every concern lowers from. */
export interface IptablesContext {
  readonly plan: Plan
  readonly ports: readonly IptablesPort[]
  /** The packet mark that asks for masquerade. */
  readonly mark: number
  /** Whether rules of endpoints have comments. */
  readonly endpointComments: boolean
}

/** kube-proxy leaves out the comments of endpoints in clusters with more of them than this. */
const LARGE_CLUSTER = 1000

export const contextOf = (plan: Plan, { comments }: IptablesSettings): IptablesContext => ({
  plan,
  ports: plan.ports.map(namePort),
  // Unsigned: 1 << 31 is negative in JavaScript.
  mark: 2 ** plan.masqueradeBit,
  endpointComments: comments || plan.endpointCount <= LARGE_CLUSTER,
})

function namePort(plan: PortPlan): IptablesPort {
  const { port } = plan
  const names = new Map(plan.reachable.map(one => [one, endpointChain(port, one)] as const))
  return {
    ...plan,
    label: displayName(port),
    chains: portChains(port),
    chainOf: endpoint => names.get(endpoint) ?? endpointChain(port, endpoint),
  }
}

/** An origin of one concern, for one service port or for the rules as a whole. */
export const originOf = (concern: Concern, named?: IptablesPort): Origin =>
  named === undefined ? { concern } : { concern, port: named.port }

/** Makes the rules of one concern: `append(chain, matches, target)`. */
export const appender =
  (origin: Origin) =>
  (chain: string, matches: readonly IptablesMatch[], target?: IptablesTarget): IptablesRule =>
    target === undefined ? { chain, matches, origin } : { chain, matches, target, origin }

export const comment = (text: string): IptablesMatch => ({ kind: 'comment', text })
export const jump = (chain: string): IptablesTarget => ({ kind: 'jump', chain })
export const from = (cidr: string): IptablesMatch => address('saddr', cidr, false)
export const to = (cidr: string): IptablesMatch => address('daddr', cidr, false)
export const notTo = (cidr: string): IptablesMatch => address('daddr', cidr, true)

const address = (side: 'saddr' | 'daddr', cidr: string, negate: boolean): IptablesMatch => ({
  kind: 'address',
  side,
  negate,
  cidr,
})

/** `-m tcp -p tcp`. */
export const protocolOf = ({ port }: IptablesPort): IptablesMatch => ({
  kind: 'protocol',
  protocol: port.protocol.toLowerCase() as L4Protocol,
})

/** `-m tcp -p tcp -d 10.96.0.1 --dport 80`: one of the addresses of a service port. */
export const destination = (named: IptablesPort, ip: string): readonly IptablesMatch[] => [
  protocolOf(named),
  to(ip),
  { kind: 'dport', port: named.port.port },
]

/** The detector's test for pod traffic, or for the opposite. */
export const localTraffic = (detector: LocalDetector, negate: boolean): IptablesMatch =>
  detector.kind === 'cidr'
    ? address('saddr', detector.cidr, negate)
    : { kind: 'interface', name: detector.name, prefix: detector.prefix, negate }

/** The addresses of this host, be they where the packet comes from or where it goes to. */
export const hostIs = (side: 'saddr' | 'daddr'): IptablesMatch => ({ kind: 'local', side })

/** The chains whose names do not depend on objects. */
export const CHAINS = {
  services: 'KUBE-SERVICES',
  nodePorts: 'KUBE-NODEPORTS',
  externalServices: 'KUBE-EXTERNAL-SERVICES',
  forward: 'KUBE-FORWARD',
  proxyFirewall: 'KUBE-PROXY-FIREWALL',
  firewall: 'KUBE-FIREWALL',
  postrouting: 'KUBE-POSTROUTING',
  markMasq: 'KUBE-MARK-MASQ',
} as const

const ORDER: readonly FrontendKind[] = [
  'cluster-ip',
  'external-ip',
  'load-balancer-ip',
  'node-port',
]

/**
 * The frontends in kube-proxy's order. An address that is an external IP and a load balancer's has a
 * rule as each of them, of which packets take the first: source ranges do not bind it.
 */
export function frontendsOf({ frontends, port }: IptablesPort): readonly Frontend[] {
  const again = frontends
    .filter(({ kind, ip }) => kind === 'external-ip' && ip && port.loadBalancerIPs.includes(ip))
    .map(frontend => ({ ...frontend, kind: 'load-balancer-ip' as const }))
  if (again.length === 0) return frontends
  const all = [...frontends, ...again]
  return ORDER.flatMap(kind => all.filter(frontend => frontend.kind === kind))
}
