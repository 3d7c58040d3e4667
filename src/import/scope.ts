import type { Family } from '../address/address.js'
import type { Foreign } from '../rules/match.js'
import type { TableFamily } from '../rules/table.js'
import { quote } from '../util/text.js'
import type { AddressReader } from './address.js'
import { canonicalJson } from './json.js'
import { ListingError } from './listing-error.js'
import { needsOf } from './needs.js'

/** How a set or map of a table was read; foreign ones keep to foreign expressions. */
export type SetKind = 'set' | 'map' | 'endpoint-map' | 'foreign'

/** What the expressions of one table may refer to. */
export interface Scope {
  readonly family: TableFamily
  /** Whether the table is one of both families. */
  readonly inet: boolean
  readonly addresses: Family
  readonly readIp: AddressReader
  readonly chains: ReadonlySet<string>
  readonly sets: ReadonlyMap<string, SetKind>
}

/** An expression that is kept as it was listed. */
export const foreign = (expression: unknown): Foreign => ({
  kind: 'foreign',
  json: canonicalJson(expression),
  ...needsOf(expression),
})

/**
 * The set or map of this kind that `@name` refers to; undefined for one of another kind, and for
 * anything else.
 *
 * @throws ListingError if the table has none of that name
 */
export function setNamed(
  reference: unknown,
  kind: SetKind,
  sets: Scope['sets'],
): string | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('@')) return undefined
  const name = reference.slice(1)
  const found = sets.get(name)
  if (found === undefined) throw missing('set or map', name)
  return found === kind ? name : undefined
}

/**
 * The name of a chain that a verdict leads to.
 *
 * @throws ListingError if the table has none of that name
 */
export function chainNamed(name: unknown, chains: Scope['chains']): string | undefined {
  if (typeof name !== 'string') return undefined
  if (!chains.has(name)) throw missing('chain', name)
  return name
}

/** The error for a name that nothing in the table has. */
export const missing = (what: string, name: string): ListingError =>
  new ListingError(
    `refers to the ${what} ${quote(name)}, which is not in it: list the whole table (nft -j list table ...)`,
  )
