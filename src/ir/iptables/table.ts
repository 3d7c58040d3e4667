import type { Family } from '../../address/address.js'
import type { Origin } from '../table.js'
import type { IptablesRule } from './rule.js'

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

/** One table of a restore file. Names are unique among its chains. */
export interface IptablesTable {
  readonly name: 'filter' | 'nat'
  readonly builtins: readonly BuiltinChain[]
  /** In the order of their declaration, which empties each of them where it is loaded already. */
  readonly chains: readonly IptablesChain[]
  /** Chains of an earlier file that are gone: emptied with the others, then deleted. */
  readonly removed: readonly string[]
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
