import type { Field, Foreign } from './match.js'

/** What ends or moves the evaluation of a chain; the values of verdict maps. */
export type Verdict =
  | { readonly kind: 'drop' }
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

/** What a rule does with a packet that passed its matches. */
export type Statement =
  | Verdict
  /** ICMP port unreachable, also for TCP. */
  | { readonly kind: 'reject' }
  /** `masquerade fully-random`: source NAT to the outgoing address with a random port. */
  | { readonly kind: 'masquerade' }
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
  /** A verdict by chance, through an anonymous verdict map. */
  | { readonly kind: 'vmap-random'; readonly choice: RandomChoice<Verdict> }
  /** `update @set { ip saddr }`: puts the key into a dynamic set, or renews its timeout. */
  | { readonly kind: 'update-set'; readonly key: readonly Field[]; readonly set: string }
  /** Also a match that stands behind a statement, which this vocabulary has no place for. */
  | Foreign
