import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { FAMILY } from '../rules/build.js'
import type { Table, TableFamily } from '../rules/table.js'
import { type ListedObject, type ListedTable, ListingError, readListing } from './json.js'
import { isDormant } from './statement.js'
import { tableOf } from './table.js'

/** A base chain that sees packets at a hook which the tables here do not have: it may drop them. */
export interface OtherHook {
  /** Family and name of the table. */
  readonly table: string
  readonly chain: string
  readonly hook: string
  /** The device that it listens at; absent where nft does not list it, or it has none. */
  readonly device: string | undefined
}

/** All that decides about IP packets in the rules of a node. */
export interface Ruleset {
  /** Those of the family inet stand here twice, once for each family of packets. */
  readonly tables: readonly Table[]
  /** Base chains of bridges and network devices that do anything. */
  readonly otherHooks: readonly OtherHook[]
}

const BOTH = 'inet'
/** Families whose hooks lie beside those of IP; arp sees no IP packets. */
const BESIDE = ['bridge', 'netdev']
const FAMILIES = Object.keys(FAMILY) as TableFamily[]
/** Hooks of the family inet that lie at a network device. */
const DEVICE_HOOKS: readonly unknown[] = ['ingress', 'egress']

/**
 * Everything in what `nft -j list ruleset` printed that IP packets may meet, whoever wrote it; tables
 * that are switched off left out. A text that is no such listing is reported as KN120.
 */
export function importRuleset(source: Source, problems: Diagnostics): Ruleset {
  try {
    const listed = readListing(source, [...FAMILIES, BOTH, ...BESIDE]).filter(
      ({ object }) => !isDormant(object.flags),
    )
    return {
      tables: listed.flatMap(tablesOf),
      otherHooks: listed.flatMap(otherHooksOf),
    }
  } catch (error) {
    reportListingError(error, source, problems)
    return { tables: [], otherHooks: [] }
  }
}

function tablesOf(listed: ListedTable): Table[] {
  if (listed.family !== BOTH) {
    return FAMILIES.filter(family => family === listed.family).map(family =>
      tableOf(listed, family),
    )
  }
  const chains = listed.chains.map(chain => (isAtDevice(chain) ? unhooked(chain) : chain))
  return FAMILIES.map(family => tableOf({ ...listed, chains }, family))
}

const isAtDevice = ({ object }: ListedObject): boolean => DEVICE_HOOKS.includes(object.hook)

/** The chain as a regular one: it is not reached at the hooks of IP. */
function unhooked(chain: ListedObject): ListedObject {
  const { type: _, hook: __, prio: ___, policy: ____, dev: _____, ...object } = chain.object
  return { ...chain, object }
}

function otherHooksOf(listed: ListedTable): OtherHook[] {
  const { family, name } = listed
  const acting = new Set(listed.rules.map(({ chain }) => chain))
  return listed.chains
    .filter(chain => chain.object.hook !== undefined)
    .filter(chain => BESIDE.includes(family) || isAtDevice(chain))
    .filter(chain => acting.has(chain.name) || chain.object.policy === 'drop')
    .map(({ name: chain, object: { hook, dev } }) => ({
      table: `${family} ${name}`,
      chain,
      hook: String(hook),
      device: typeof dev === 'string' ? dev : undefined,
    }))
}

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
function reportListingError(error: unknown, source: Source, problems: Diagnostics): void {
  if (!(error instanceof ListingError)) throw error
  problems.reportAt('KN120', source, error.offset, error.message)
}
