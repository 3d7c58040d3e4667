import type { Cidr, Family, Ip } from '../../address/address.js'
import type { Owner } from '../../traffic/packet.js'
import type { ClientClass } from './clients.js'
import type { ChangeKind } from './kinds.js'

/** Clients that see a change alike, of one class. */
export interface ClientSet {
  readonly class: ClientClass
  /** Sources that see it; absent where all of the class do. */
  readonly only?: readonly string[]
  /** Sources, of the class or of `only`, that do not see it. */
  readonly except?: readonly string[]
  /** Where clients of the class by another interface do not see it. */
  readonly interface?: string
}

export type Verdict = 'backends' | 'untouched' | 'dropped' | 'refused'

export interface BackendShare {
  /** `ip:port`. */
  readonly address: string
  /** Of new flows, such as `1/3`. */
  readonly share?: string
  /** Where not all backends are alike. */
  readonly masqueraded?: boolean
}

/** What traffic came or comes to, as far as a change is about it. */
export interface State {
  readonly verdict?: Verdict
  readonly backends?: readonly BackendShare[]
  /** Shares of flows that come to no backend, beside those that do. */
  readonly otherwise?: readonly { readonly verdict: Verdict; readonly share: string }[]
  /** `some`: towards those backends that say so. */
  readonly masqueraded?: 'all' | 'none' | 'some'
  /** Only of the flows of backends that were chosen for their own packets. */
  readonly toItself?: true
  /** Session affinity; 0 is none. */
  readonly affinitySeconds?: number
  /** The node's own addresses that serve node ports. */
  readonly addresses?: readonly string[]
}

/** One difference for some clients. */
export interface Change {
  readonly kind: ChangeKind
  readonly clients: readonly ClientSet[]
  readonly from: State
  readonly to: State
}

/** Where a change is seen. */
export type Target =
  | {
      readonly type: 'cluster-ip' | 'external-ip' | 'load-balancer-ip' | 'address'
      readonly family: Family
      readonly address: Ip
      readonly protocol: string
      readonly port: number
    }
  | {
      readonly type: 'node-port'
      readonly family: Family
      readonly protocol: string
      readonly port: number
    }
  /** Every other port and protocol of an address. */
  | { readonly type: 'other-ports'; readonly family: Family; readonly address: Ip }
  /** Addresses that nobody has. */
  | {
      readonly type: 'unallocated'
      readonly family: Family
      readonly cidrs: readonly (Cidr | Ip)[]
      readonly except?: readonly (Cidr | Ip)[]
    }
  /** Which of the node's own addresses serve node ports. */
  | { readonly type: 'node-port-addresses'; readonly family: Family }

/** A target with its changes on one node. */
export interface Item {
  /** Absent for what belongs to no Service, or to one that nobody names. */
  readonly owner: Owner | undefined
  readonly target: Target
  readonly changes: readonly Change[]
}

/** Targets with equal changes on some nodes. */
export interface Entry {
  readonly nodes: readonly string[]
  readonly targets: readonly Target[]
  readonly changes: readonly Change[]
}

/** The changes of one service port. */
export interface Group {
  readonly owner: Owner | undefined
  readonly entries: readonly Entry[]
}

/** What a change of objects, or what drift, does to traffic. */
export interface TrafficReport {
  /** On both sides. */
  readonly nodes: readonly string[]
  readonly addedNodes: readonly string[]
  readonly removedNodes: readonly string[]
  readonly groups: readonly Group[]
}
