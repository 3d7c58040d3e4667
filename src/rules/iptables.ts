import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Family } from '../address/address.js'
import type { Endpoint } from '../model/endpoint.js'
import { displayName, type ServicePort } from '../model/service-port.js'
import { invariant } from '../util/errors.js'
import { base32Hash } from '../util/text.js'
import type { L4Protocol, Side } from './match.js'
import type { SocketAddress } from './statement.js'
import type { Origin } from './table.js'

/** States of a flow, as the conntrack match spells them. */
export type FlowState = 'NEW' | 'RELATED' | 'ESTABLISHED' | 'INVALID' | 'DNAT'

/** A test of iptables, or what a rule does in passing; they stand and run in the rule's order. */
export type IptablesMatch =
  /** `-m comment --comment "..."`: always true. */
  | { readonly kind: 'comment'; readonly text: string }
  /** `! -s 10.0.0.0/8`, `-d 10.96.0.1`. */
  | {
      readonly kind: 'address'
      readonly side: Side
      readonly negate: boolean
      readonly cidr: string
    }
  /** `-m tcp -p tcp`. */
  | { readonly kind: 'protocol'; readonly protocol: L4Protocol }
  /** `--dport 80`, of the protocol that stands before. */
  | { readonly kind: 'dport'; readonly port: number }
  /** `-i cni0`, `! -i veth+`; never true for locally generated packets. */
  | {
      readonly kind: 'interface'
      readonly name: string
      readonly prefix: boolean
      readonly negate: boolean
    }
  /** `-m addrtype --dst-type LOCAL`: the address is one of this host's own. */
  | { readonly kind: 'local'; readonly side: Side }
  /** `-m conntrack ! --ctstate RELATED,ESTABLISHED`. */
  | { readonly kind: 'flow-state'; readonly states: readonly FlowState[]; readonly negate: boolean }
  /** `-m mark ! --mark 0x00004000/0x00004000`. */
  | { readonly kind: 'mark'; readonly mark: number; readonly negate: boolean }
  /** `-m statistic --mode random`: true with the probability `weight / total`. */
  | { readonly kind: 'random'; readonly weight: number; readonly total: number }
  /** `-m recent --rcheck`: the source is on the list, and was put there not longer ago. */
  | { readonly kind: 'on-list'; readonly list: string; readonly seconds: number }
  /** `-m recent --set`: puts the source on the list, or renews it; always true. */
  | { readonly kind: 'put-on-list'; readonly list: string }

/** What becomes of a packet that passed. */
export type IptablesTarget =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'return' }
  /** ICMP port unreachable, also for TCP. */
  | { readonly kind: 'reject' }
  /** `MASQUERADE --random-fully`. */
  | { readonly kind: 'masquerade' }
  | { readonly kind: 'mark-or'; readonly mark: number }
  | { readonly kind: 'mark-xor'; readonly mark: number }
  | { readonly kind: 'dnat'; readonly to: SocketAddress }
  | { readonly kind: 'jump'; readonly chain: string }

/** One `-A`. */
export interface IptablesRule {
  readonly chain: string
  readonly matches: readonly IptablesMatch[]
  /** Absent where the rule only says something. */
  readonly target?: IptablesTarget
  readonly origin: Origin
}

/** A chain of our own. */
export interface IptablesChain {
  readonly name: string
  readonly origin: Origin
}

/** A chain of the kernel's, with the jumps that it gets on top, in order. */
export interface BuiltinChain {
  readonly name: string
  readonly jumps: readonly IptablesRule[]
}

/** A chain that is loaded already. */
export interface PreviousChain {
  readonly name: string
  /** The chains whose rules lead to it. */
  readonly referrers: readonly string[]
}

/** One table of a restore file. Names are unique among its chains. */
export interface IptablesTable {
  readonly name: 'filter' | 'nat'
  readonly builtins: readonly BuiltinChain[]
  /** In the order of their declaration, which empties each of them where it is loaded already. */
  readonly chains: readonly IptablesChain[]
  /** Chains of an earlier file that are gone: emptied with the others, then deleted. */
  readonly removed: readonly string[]
  /** Such chains that others refer to, so that the kernel lets nobody delete them: emptied alone. */
  readonly emptied: readonly PreviousChain[]
  /** In the order in which they are appended; only the order within a chain has a meaning. */
  readonly rules: readonly IptablesRule[]
  /** The rules that must come last in their chains. */
  readonly lastRules: readonly IptablesRule[]
}

/** What iptables (or ip6tables) is to hold of one family: its tables in the order of loading. */
export interface IptablesRules {
  readonly family: Family
  readonly tables: readonly IptablesTable[]
}

/** What one concern adds to the two tables. */
export interface IptablesFragment {
  readonly filter?: readonly IptablesRule[]
  readonly nat?: readonly IptablesRule[]
  readonly natChains?: readonly IptablesChain[]
}

/** Beginnings of the names that depend on objects; the rest of such a name is a hash. */
const PREFIXES = {
  external: 'KUBE-EXT-',
  firewall: 'KUBE-FW-',
  service: 'KUBE-SVC-',
  local: 'KUBE-SVL-',
  endpoint: 'KUBE-SEP-',
} as const

/** The chains of one service port; they share a hash. */
export interface PortChains {
  /** Traffic that comes by node port, external IP or load balancer IP. */
  readonly external: string
  /** Source ranges. */
  readonly firewall: string
  /** Cluster-wide endpoints. */
  readonly service: string
  /** Endpoints of this node. */
  readonly local: string
}

/** The chain names of a service port, as kube-proxy's portProtoHash makes them. */
export function portChains(port: ServicePort): PortChains {
  const suffix = base32Hash(identity(port), 2)
  return {
    external: PREFIXES.external + suffix,
    firewall: PREFIXES.firewall + suffix,
    service: PREFIXES.service + suffix,
    local: PREFIXES.local + suffix,
  }
}

/** The chain of an endpoint, which is the name of its list of clients too. */
export const endpointChain = (port: ServicePort, endpoint: Endpoint): string =>
  PREFIXES.endpoint + base32Hash(identity(port) + endpoint.id, 2)

/** kube-proxy's name for chains of the Local policy up to 1.23. */
const OLD_LOCAL = 'KUBE-XLB-'
const OBJECT_PREFIXES = [...Object.values(PREFIXES), OLD_LOCAL].join('|')
const OBJECT_CHAIN = new RegExp(`^(?:${OBJECT_PREFIXES})[A-Z2-7]{16}$`)

/** Whether a name is of a chain that depends on objects: those of kube-proxy that come and go. */
export const isObjectChain = (name: string): boolean => OBJECT_CHAIN.test(name)

/** What kube-proxy hashes; the protocol follows without a separator. */
const identity = (port: ServicePort): string => displayName(port) + port.protocol.toLowerCase()

/** iptables refuses 29 characters. */
const MAX_CHAIN = 28
/** What is longer is cut by iptables without a word. */
const MAX_COMMENT = 255

/**
 * Holds the rules of a family to what iptables and the kernel ask of them: chains that are declared
 * once and fit, jumps that lead somewhere, no chain of an object that nothing leads to, no verdict on
 * the fate of packets in nat.
 *
 * @throws Error if one does not hold: a bug of the lowering, never of the input
 */
export function checkIptables({ tables }: IptablesRules): void {
  for (const table of tables) checkTable(table)
}

function checkTable(table: IptablesTable): void {
  const { name, chains, removed, emptied, builtins } = table
  const declared = new Set<string>()
  const old = emptied.map(({ name }) => name)
  for (const chain of [...chains.map(({ name }) => name), ...removed, ...old]) {
    invariant(chain.length <= MAX_CHAIN, `name of ${chain.length} characters: ${chain}`)
    invariant(!declared.has(chain), `${name} has two chains ${chain}`)
    declared.add(chain)
  }
  for (const chain of [...removed, ...old]) declared.delete(chain)
  const reached = new Set(
    builtins.flatMap(({ jumps }) => jumps.flatMap(jump => targetOf(jump) ?? [])),
  )
  for (const rule of [...table.rules, ...table.lastRules]) {
    invariant(declared.has(rule.chain), `a rule of chain ${rule.chain}, which ${name} lacks`)
    checkRule(rule, table)
    const target = targetOf(rule)
    if (target === undefined) continue
    invariant(declared.has(target), `${rule.chain} leads to missing chain ${target}`)
    reached.add(target)
  }
  for (const { name } of chains) {
    invariant(!isObjectChain(name) || reached.has(name), `nothing leads to chain ${name}`)
  }
}

const targetOf = ({ target }: IptablesRule): string | undefined =>
  target?.kind === 'jump' ? target.chain : undefined

function checkRule({ chain, matches, target }: IptablesRule, { name }: IptablesTable): void {
  for (const match of matches) {
    invariant(lengthOf(match) <= MAX_COMMENT, `comment in ${chain} has over ${MAX_COMMENT} bytes`)
  }
  const isFate = target?.kind === 'drop' || target?.kind === 'reject'
  invariant(name !== 'nat' || !isFate, `${chain} of nat must not ${target?.kind}`)
}

const lengthOf = (match: IptablesMatch): number =>
  match.kind === 'comment' ? utf8ToBytes(match.text).length : 0
