import type { ServicePort } from '../model/service-port.js'
import type { Field, Match } from './match.js'
import type { SocketAddress, Statement, Verdict } from './statement.js'

/** Table families. */
export type TableFamily = 'ip' | 'ip6'

/** The task that a rule, chain, set or map serves; each concern is one file of a layout. */
export type Concern =
  | 'base'
  | 'dispatch'
  | 'services'
  | 'endpoints'
  | 'source-ranges'
  | 'unreachable'
  | 'masquerade'
  | 'affinity'

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
  readonly origin: Origin
}

/** Where a base chain hooks into the kernel. */
export interface BaseChain {
  readonly type: 'filter' | 'nat'
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
  /** Lower runs first; -100 is dstnat, 0 filter, 100 srcnat. */
  readonly priority: number
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
  readonly comment: string
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
  /** The fields of the key in front of the bucket: such a map has no type names, but expressions. */
  readonly fields: readonly Field[]
  readonly comment: string
  readonly elements: readonly EndpointElement[]
  readonly origin: Origin
}

/** One nftables table. Names are unique among its chains, and among its sets and maps together. */
export interface Table {
  readonly family: TableFamily
  readonly name: string
  readonly comment: string
  readonly sets: readonly ElementSet[]
  readonly maps: readonly VerdictMap[]
  readonly endpointMaps: readonly EndpointMap[]
  readonly chains: readonly Chain[]
}

/** What one concern adds to a table. Each named object belongs to exactly one concern. */
export type Fragment = Partial<Pick<Table, 'sets' | 'maps' | 'endpointMaps' | 'chains'>>
