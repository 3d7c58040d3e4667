import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { FAMILY } from '../rules/build.js'
import type { Table, TableFamily } from '../rules/table.js'
import { type ListedTable, readListing } from './listing.js'
import { ListingError } from './listing-error.js'
import { tableOf } from './table.js'

/**
 * The tables of a node from what `nft -j list table ip kube-proxy` or `nft -j list ruleset` printed,
 * as the data that lowering makes, with the origin `imported`; the listings of several tables may
 * follow one another. Families other than ip and ip6 are passed over.
 *
 * What our vocabulary has no word for is kept as foreign: expressions in their rules, other objects in
 * `Table.foreign`. CIDRs of anonymous sets come as the fewest that cover the same addresses, and one
 * alone as a single test, which is how nft loads them.
 *
 * A text that is no such listing is reported as KN120 and gives no tables.
 */
export function importTables(source: Source, problems: Diagnostics): readonly Table[] {
  try {
    return readListing(source, OWN_FAMILIES).map(listed => tableOf(listed, ownFamily(listed)))
  } catch (error) {
    reportListingError(error, source, problems)
    return []
  }
}

const OWN_FAMILIES = Object.keys(FAMILY)
const ownFamily = ({ family }: ListedTable): TableFamily => family as TableFamily

/**
 * Tells the user that a text is no listing.
 *
 * @throws any other error than that
 */
export function reportListingError(error: unknown, source: Source, problems: Diagnostics): void {
  if (!(error instanceof ListingError)) throw error
  problems.reportAt('KN120', source, error.offset, error.message)
}
