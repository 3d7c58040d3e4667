import type { Ip } from '../address/address.js'
import type { L4Protocol } from '../rules/match.js'
import type { SocketAddress } from '../rules/statement.js'
import type { BaseChain, Origin } from '../rules/table.js'
import type { Fraction } from './fraction.js'

/** The first packet of a new connection, as it meets the node; both addresses are of one family. */
export interface Packet {
  readonly saddr: Ip
  readonly daddr: Ip
  /** `icmp` stands for ICMPv6 too. */
  readonly protocol: L4Protocol | 'icmp'
  /** Absent for protocols without ports. */
  readonly dport: number | undefined
  /** The interface it came in by; `undefined` for a packet that the node itself sends. */
  readonly inputInterface: string | undefined
  /** Whether that interface is only a likely one: no test of its name is then answered. */
  readonly isInputAssumed?: true
}

/** What of the node decides beside its tables. */
export interface NodeState {
  /** Every address of its interfaces; loopback addresses count whether they are here or not. */
  readonly addresses: readonly Ip[]
  /** Who is on record in the dynamic sets, by the set's name; nobody where nothing is said. */
  readonly clients?: ReadonlyMap<string, readonly Ip[]>
}

export type Hook = BaseChain['hook']

/** The numbers of a random choice that lead to one branch: from `from` to `to`, of 0 to `modulus` - 1. */
export interface Drawn {
  readonly from: number
  readonly to: number
  readonly modulus: number
}

/** One rule that a packet matched on its way, or the policy that dropped it. */
export interface Step {
  readonly hook: Hook
  /** Family and name of the table. */
  readonly table: string
  readonly chain: string
  /** Index in the chain, or that of a base chain which is `drop`. */
  readonly rule: number | 'policy'
  /** Key of the element that answered the rule's look-up in a named map. */
  readonly element?: readonly string[]
  /** What chance had to give for this branch. */
  readonly drawn?: Drawn
  /** The element's origin, else the rule's. */
  readonly origin: Origin
}

/** What becomes of a packet in the end. */
export type Outcome =
  /** It goes on to its destination, the original one or that of the DNAT. */
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** Dropped, and the sender is told: port unreachable. */
  | { readonly kind: 'reject' }
  /**
   * A rule asks or does something that is not known here: the expression, as JSON, or in nft's words
   * where what it asks for is not known of the packet.
   */
  | { readonly kind: 'unknown'; readonly what: string }

/** An element that the packet itself puts into a dynamic set. */
export interface ClientRecord {
  readonly set: string
  readonly key: readonly string[]
}

/** One possible way of a packet; the shares of all branches make one. */
export interface Branch {
  readonly share: Fraction
  readonly outcome: Outcome
  /** The new destination; absent if no DNAT took the packet, and it is untouched where accepted. */
  readonly to: SocketAddress | undefined
  readonly masqueraded: boolean
  readonly records: readonly ClientRecord[]
  /** The matched rules in their order, those of jumps that led to nothing among them. */
  readonly path: readonly Step[]
  /** The hooks that the packet came to, in order. */
  readonly hooks: readonly Hook[]
}
