/**
 * Fields of a packet that keys and matches are made of. `dport` is there in every transport protocol;
 * `tcp-dport` and the like make their rule pass packets of that protocol alone.
 */
export type Field = 'saddr' | 'daddr' | 'l4proto' | 'dport' | `${L4Protocol}-dport`

/** Source or destination address. */
export type Side = 'saddr' | 'daddr'

/** Transport protocols as netfilter spells them. */
export type L4Protocol = 'tcp' | 'udp' | 'sctp'

/** A test that a packet must pass for its rule to go on. */
export type Match =
  /** `ip saddr != 10.0.0.0/8`; `::1` and `10.0.0.1` are single addresses. */
  | {
      readonly kind: 'address'
      readonly side: Side
      readonly negate: boolean
      readonly cidr: string
    }
  /** `ip saddr != { 10.0.0.0/8, 192.0.2.1 }`, an anonymous set. */
  | {
      readonly kind: 'address-in'
      readonly side: Side
      readonly negate: boolean
      readonly cidrs: readonly string[]
    }
  /** `ip daddr @cluster-ips`, or a concatenation looked up in a named set. */
  | {
      readonly kind: 'in-set'
      readonly key: readonly Field[]
      readonly set: string
      readonly negate?: true
    }
  /** `fib saddr type local`: the address is one of this host's own. */
  | { readonly kind: 'local'; readonly side: Side }
  /** `iifname "cni0"`, `iifname "veth*"`; never true for locally generated packets. */
  | {
      readonly kind: 'interface'
      readonly name: string
      readonly prefix: boolean
      readonly negate: boolean
    }
  /** `meta l4proto tcp`. */
  | { readonly kind: 'protocol'; readonly protocol: L4Protocol }
  /** `ct state new`. */
  | { readonly kind: 'ct-state-new' }
  /** `ct status dnat`: the flow's destination was rewritten. */
  | { readonly kind: 'ct-status-dnat' }
  /** `mark and 0x004000 != 0`. */
  | { readonly kind: 'mark-set'; readonly mark: number }
  /** `mark and 0x004000 == 0`, in kube-proxy to 1.35. */
  | { readonly kind: 'mark-unset'; readonly mark: number }
  | Foreign

/**
 * An expression of other people's rules, as canonical JSON in nft's own words. It comes from listings
 * alone, is the same as nothing but itself, and is never put into rules.
 */
export interface Foreign {
  readonly kind: 'foreign'
  readonly json: string
}
