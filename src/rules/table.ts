import type { ServicePort } from '../model/service-port.js'
import type { Field, Match } from './match.js'
import type { SocketAddress, Statement, Verdict } from './statement.js'

/** Table families. */
export type TableFamily = 'ip' | 'ip6'

/**
 * The task that a rule, chain, set or map serves; each concern is one file of a layout, but for
 * `imported`: what was found in a listing.
 */
export type Concern =
  | 'base'
  | 'dispatch'
  | 'services'
  | 'endpoints'
  | 'source-ranges'
  | 'unreachable'
  | 'masquerade'
  | 'affinity'
  | 'imported'

/** Why something is in the table: its task, and the service port it serves if it is one's own. */
export interface Origin {
  readonly concern: Concern
  readonly port?: ServicePort
}

/** Data types of keys, in the family's own spelling once rendered. */
export type KeyType = 'address' | 'protocol' | 'port'

export interface Rule {
  readonly matches: readonly Match[]
  readonly statements: readonly Statement[]
  readonly comment?: string
  /** Of rules of iptables alone: the words of its listing, which nft has none for. */
  readonly listed?: string
  readonly origin: Origin
}

/** Where a base chain hooks into the kernel. */
export interface BaseChain {
  readonly type: 'filter' | 'nat' | 'route'
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
  /** Lower runs first; -100 is dstnat, 0 filter, 100 srcnat. */
  readonly priority: number
  /** What becomes of packets at the end of the chain, if they are not accepted. */
  readonly policy?: 'drop'
}

export interface Chain {
  readonly name: string
  readonly comment?: string
  /** Absent for regular chains. */
  readonly base?: BaseChain
  readonly rules: readonly Rule[]
  readonly origin: Origin
}

export interface SetElement {
  /** One text for each part of the concatenation. */
  readonly key: readonly string[]
  readonly origin: Origin
}

export interface ElementSet {
  readonly name: string
  readonly key: readonly KeyType[]
  readonly comment?: string
  /** Seconds; makes the set dynamic, filled by the packet path and emptied by time. */
  readonly timeout?: number
  /** Whether elements may be CIDRs. */
  readonly interval?: true
  /** Whether intervals that overlap become one; in listings of nft 1.0.6 it cannot be seen. */
  readonly autoMerge?: true
  readonly elements: readonly SetElement[]
  readonly origin: Origin
}

export interface MapElement {
  readonly key: readonly string[]
  readonly verdict: Verdict
  readonly comment?: string
  readonly origin: Origin
}

/** A named verdict map. */
export interface VerdictMap {
  readonly name: string
  readonly key: readonly KeyType[]
  readonly comment?: string
  /** Whether each element counts the packets and bytes that it decided on. */
  readonly counters?: true
  readonly elements: readonly MapElement[]
  readonly origin: Origin
}

export interface EndpointElement {
  readonly key: readonly string[]
  readonly to: SocketAddress
  readonly comment?: string
  readonly origin: Origin
}

/** A named map from a key with a bucket as its last part to the endpoint that it stands for. */
export interface EndpointMap {
  readonly name: string
  /**
   * The fields of the key in front of the bucket, the last of them a port of one protocol: such a map
   * has no type names, but expressions.
   */
  readonly fields: readonly Field[]
  readonly comment?: string
  readonly elements: readonly EndpointElement[]
  readonly origin: Origin
}

/**
 * What a listing has beside its rules that has no place here: a set or map of other types or settings,
 * a counter, flags of the table. Only foreign expressions refer to a foreign set or map.
 */
export interface ForeignObject {
  /** nft's word for it: `set`, `map`, `counter`, `flowtable`; `table` and `chain` for settings of one. */
  readonly type: string
  readonly name: string
  /** Canonical JSON of the whole object, without its handle. */
  readonly json: string
}

/** One nftables table. Names are unique among its chains, and among its sets and maps together. */
export interface Table {
  readonly family: TableFamily
  readonly name: string
  /** Absent in listings of nft 1.0.6, which leave out the comments of tables and chains. */
  readonly comment?: string
  readonly sets: readonly ElementSet[]
  readonly maps: readonly VerdictMap[]
  readonly endpointMaps: readonly EndpointMap[]
  readonly chains: readonly Chain[]
  /** Of imported tables alone, if they have any. */
  readonly foreign?: readonly ForeignObject[]
  /**
   * Of imported tables alone: one of the family inet, as packets of the family named above meet it. It
   * cannot be rendered.
   */
  readonly inet?: true
}

/** What one concern adds to a table. Each named object belongs to exactly one concern. */
export type Fragment = Partial<Pick<Table, 'sets' | 'maps' | 'endpointMaps' | 'chains'>>
