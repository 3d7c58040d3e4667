import type { Family } from '../address/address.js'
import type { FindingCode } from '../diagnostics/catalog/index.js'
import type { FieldPath } from '../diagnostics/diagnostic.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { Plan } from '../plan/plan.js'

/** What one family of a node is before and after the change of kube-proxy's mode. */
export interface Sides {
  readonly family: Family
  readonly iptables: Plan
  readonly nftables: Plan
  /** Services that another proxy serves. */
  readonly leftToOthers: readonly InputObject<Service>[]
}

/** One place that a finding is about. */
export interface Touch {
  readonly service: InputObject<Service>
  /** Name of the service port; absent where the Service as a whole is meant, empty for an unnamed one. */
  readonly portName: string | undefined
  readonly family: Family
  /** The field of the Service that it comes from. */
  readonly path: FieldPath
  /** What changes, in a few words: an address with a port, a chain. */
  readonly what: string
}

/** What a rule found in one family. */
export interface Change {
  /** What changes on this node, in a sentence without a full stop. */
  readonly detail: string
  readonly touches: readonly Touch[]
}

/** Looks for one kind of change in one family; nothing where the traffic stays as it is. */
export type MigrationRule = (sides: Sides) => Change | undefined

/** One kind of change with all that it touches; reason and remedy are in the catalogue. */
export interface Finding {
  readonly code: FindingCode
  /** One for each family that it was found in. */
  readonly details: readonly string[]
  readonly touches: readonly Touch[]
}

/** What changes for the traffic of Services when a node moves from iptables to nftables mode. */
export interface Migration {
  /** In the order of their codes. */
  readonly findings: readonly Finding[]
  /** What could not be told. */
  readonly notes: readonly string[]
}
