/**
 * Fields of a packet that keys and matches are made of. `dport` is there in every transport protocol;
 * `tcp-dport`, `tcp-sport` and the like make their rule pass packets of that protocol alone.
 */
export type Field =
  | 'saddr'
  | 'daddr'
  | 'l4proto'
  | 'dport'
  | `${L4Protocol}-dport`
  | `${L4Protocol}-sport`

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
  | { readonly kind: 'local'; readonly side: Side; readonly negate?: true }
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
  | ListedMatch
  | Foreign

/** Which mark: the packet's own, or that of its connection. */
export type MarkOf = 'packet' | 'connection'

/** What `ct state` knows of a packet. */
export type CtState = 'new' | 'established' | 'related' | 'invalid' | 'untracked'

/** Numbers in a row, both ends included. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Tests that no lowering makes: the words of other people's rules, as listings have them. */
export type ListedMatch =
  /** `tcp dport { 22, 8000-9000 }`, which packets of other protocols fail; `th dport` asks no protocol. */
  | {
      readonly kind: 'port'
      readonly protocol: L4Protocol | 'th'
      readonly negate: boolean
      readonly ranges: readonly Range[]
    }
  /**
   * `meta l4proto != { tcp, icmp }`, or by the IP header's own field (`ip protocol`, `ip6 nexthdr`);
   * protocols as netfilter spells them, those without a name as numbers.
   */
  | {
      readonly kind: 'protocol-in'
      readonly header: boolean
      readonly negate: boolean
      readonly protocols: readonly string[]
    }
  /** `iifname { "eth0", "veth*" }`, `oifname != "cni0"`, `iif "lo"`. */
  | {
      readonly kind: 'interface-in'
      readonly side: 'iif' | 'oif' | 'iifname' | 'oifname'
      readonly negate: boolean
      /** A final `*` stands for any ending. */
      readonly names: readonly string[]
    }
  /** `ct state established,related`: any of them. */
  | {
      readonly kind: 'ct-state'
      readonly negate: boolean
      readonly states: readonly CtState[]
    }
  /** `meta mark and 0xff == 0x10`, `ct mark != 0x1`; all bits where no mask is given. */
  | {
      readonly kind: 'mark-is'
      readonly of: MarkOf
      readonly negate: boolean
      readonly mask?: number
      readonly value: number
    }
  /** `meta nfproto ipv4`. */
  | { readonly kind: 'family'; readonly family: 'ipv4' | 'ipv6'; readonly negate: boolean }

/**
 * An expression of other people's rules, as canonical JSON in nft's own words. It comes from listings
 * alone, is the same as nothing but itself, and is never put into rules.
 */
export interface Foreign {
  readonly kind: 'foreign'
  readonly json: string
  /** The only protocol whose packets it can match, by the header it reads; none where that is open. */
  readonly protocol?: string
  /** The same of the family, in tables of both. */
  readonly family?: 'ipv4' | 'ipv6'
}
