import type { Family } from '../address/address.js'
import type { DiagnosticCode } from '../diagnostics/catalog/index.js'
import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { FAMILY, TABLE_FAMILY } from '../rules/build.js'
import { TABLE_NAME } from '../rules/names.js'
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
 *
 * @param expected families whose table kube-proxy is looked for: what is strange of it is reported
 */
export function importRuleset(
  source: Source,
  problems: Diagnostics,
  expected: readonly Family[] = [],
): Ruleset {
  try {
    const listed = readListing(source, [...FAMILIES, BOTH, ...BESIDE]).filter(
      ({ object }) => !isDormant(object.flags),
    )
    checkListed(listed, expected, source, problems)
    return {
      tables: listed.flatMap(tablesOf),
      otherHooks: listed.flatMap(otherHooksOf),
    }
  } catch (error) {
    reportListingError(error, source, problems)
    return { tables: [], otherHooks: [] }
  }
}

/** The chain in which kube-proxy's iptables mode begins. */
const IPTABLES_CHAIN = 'KUBE-SERVICES'
/** Beginnings of the names of chains that nftables mode makes for service ports. */
const PORT_CHAIN = /^(?:service|external|firewall|endpoint)-[A-Z2-7]{8}-/

/** Tells what a listing is of: another mode, several of them, or less than the rules of a node. */
function checkListed(
  listed: readonly ListedTable[],
  expected: readonly Family[],
  source: Source,
  problems: Diagnostics,
): void {
  const report = (code: DiagnosticCode, message: string): void =>
    problems.reportAt(code, source, undefined, message)
  const families = expected.map(family => TABLE_FAMILY[family])
  const tableNamed = (family: TableFamily, name: string): ListedTable | undefined =>
    listed.find(one => one.family === family && one.name === name)
  const missing = families.filter(family => tableNamed(family, TABLE_NAME) === undefined)
  const iptables = families.filter(family =>
    tableNamed(family, 'nat')?.chains.some(({ name }) => name === IPTABLES_CHAIN),
  )
  const isNone = families.length > 0 && missing.length === families.length
  if (iptables.length > 0) {
    const names = iptables.map(family => `${family} nat`).join(' and ')
    const found = `table ${names} has the chain ${IPTABLES_CHAIN} of kube-proxy's iptables mode`
    if (!isNone) report('KN123', `${found} beside the table ${TABLE_NAME}`)
    else
      report(
        'KN122',
        `${found}, whose rules nft does not tell: give iptables-save's output instead`,
      )
  } else if (isNone) {
    const names = missing.map(family => `${family} ${TABLE_NAME}`).join(' and no table ')
    report('KN121', `holds no table ${names}: kube-proxy's rules are not loaded, or were flushed`)
  }
  for (const family of families) {
    const own = tableNamed(family, TABLE_NAME)
    if (own === undefined) continue
    const isEmpty = [...own.sets, ...own.maps].every(({ object }) => object.elem === undefined)
    const hasPorts = own.chains.some(({ name }) => PORT_CHAIN.test(name))
    if (isEmpty && hasPorts)
      report(
        'KN124',
        `table ${family} ${TABLE_NAME} is listed without the elements of its sets and maps`,
      )
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
 *
 * @param expected families whose table kube-proxy is looked for: what is strange of it is reported
 */
export function importTables(
  source: Source,
  problems: Diagnostics,
  expected: readonly Family[] = [],
): readonly Table[] {
  try {
    const tables = readListing(source, OWN_FAMILIES)
    checkListed(tables, expected, source, problems)
    return tables.map(listed => tableOf(listed, ownFamily(listed)))
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
