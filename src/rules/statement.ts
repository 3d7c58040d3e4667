import type { Field, Foreign, MarkOf, Match } from './match.js'

/** What ends or moves the evaluation of a chain; the values of verdict maps. */
export type Verdict =
  | { readonly kind: 'drop' }
  /** The end of this base chain alone: those behind it still see the packet. */
  | { readonly kind: 'accept' }
  /** Back behind the jump that led here; in a base chain, its policy. */
  | { readonly kind: 'return' }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string }

/** A DNAT target: address and port. */
export interface SocketAddress {
  readonly ip: string
  readonly port: number
}

/** One stretch of a random choice: `value` is taken for the numbers `from` to `to`, both included. */
export interface Bucket<T> {
  readonly from: number
  readonly to: number
  readonly value: T
}

/** `numgen random mod N` over buckets that cover 0 to N-1 without a gap. */
export interface RandomChoice<T> {
  readonly modulus: number
  readonly buckets: readonly Bucket<T>[]
}

/**
 * `jhash ip saddr mod N seed 0x1`: what a packet is hashed by, for a number from 0 to N-1 that is the
 * same for equal packets on every node.
 */
export interface PacketHash {
  readonly fields: readonly Field[]
  readonly seed: number
}

/** What a rule does with a packet that passed its matches. */
export type Statement =
  | Verdict
  /** ICMP port unreachable, also for TCP, where nothing else is said. */
  | { readonly kind: 'reject'; readonly answer?: RejectAnswer }
  /**
   * Source NAT to the outgoing address; `masquerade fully-random`, which gives a random port, where no
   * flags are said.
   */
  | { readonly kind: 'masquerade'; readonly flags?: readonly MasqueradeFlag[] }
  | { readonly kind: 'mark-or'; readonly mark: number }
  | { readonly kind: 'mark-xor'; readonly mark: number }
  /** `ip daddr . meta l4proto . th dport vmap @service-ips`. */
  | { readonly kind: 'vmap'; readonly key: readonly Field[]; readonly map: string }
  | { readonly kind: 'dnat'; readonly to: SocketAddress }
  /** DNAT to one of several, through an anonymous map. */
  | { readonly kind: 'dnat-random'; readonly choice: RandomChoice<SocketAddress> }
  /**
   * DNAT to one of several, through a named map: the key with a random number below the modulus as
   * its last part.
   */
  | {
      readonly kind: 'dnat-map'
      readonly key: readonly Field[]
      readonly modulus: number
      readonly map: string
    }
  /** The same as both with the packet's hash in the place of a random number. */
  | {
      readonly kind: 'dnat-hash'
      readonly hash: PacketHash
      readonly choice: RandomChoice<SocketAddress>
    }
  | {
      readonly kind: 'dnat-hash-map'
      readonly key: readonly Field[]
      readonly hash: PacketHash
      readonly modulus: number
      readonly map: string
    }
  /** A verdict by chance, through an anonymous verdict map. */
  | { readonly kind: 'vmap-random'; readonly choice: RandomChoice<Verdict> }
  /** `update @set { ip saddr }`: puts the key into a dynamic set, or renews its timeout. */
  | { readonly kind: 'update-set'; readonly key: readonly Field[]; readonly set: string }
  | ListedStatement
  | Foreign

/** What a rejected sender is told, in nft's words: `icmp host-prohibited`. */
export type RejectAnswer =
  | { readonly type: 'tcp reset' }
  | { readonly type: 'icmp' | 'icmpv6' | 'icmpx'; readonly code: string }

export type MasqueradeFlag = 'random' | 'fully-random' | 'persistent'

/** Statements that no lowering makes: the words of other people's rules, as listings have them. */
export type ListedStatement =
  /** A test behind a statement: what was done before it stays done. */
  | { readonly kind: 'match'; readonly match: Match }
  /** `counter`, whatever it has counted, or one that stands for itself by its name. */
  | { readonly kind: 'counter'; readonly name?: string }
  /** `log prefix "dropped: " level info`. */
  | {
      readonly kind: 'log'
      readonly prefix?: string
      readonly level?: string
      readonly group?: number
    }
  /** `meta mark set ct mark and 0xff or 0x100`: what it is made from (0 if nothing), `and`, then `or`. */
  | {
      readonly kind: 'mark-set-to'
      readonly of: MarkOf
      readonly from?: MarkOf
      readonly and: number
      readonly or: number
    }
  /** `ct state vmap { established : accept, invalid : drop }`: at most one case is true of a packet. */
  | {
      readonly kind: 'vmap-cases'
      readonly cases: readonly { readonly match: Match; readonly verdict: Verdict }[]
    }
