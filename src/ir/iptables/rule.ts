import type { L4Protocol, Side } from '../match.js'
import type { SocketAddress } from '../statement.js'
import type { Origin } from '../table.js'

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
