import type { Source } from '../diagnostics/diagnostic.js'
import { loadJson } from '../input/documents.js'
import { scanJson } from '../input/json.js'
import { quote } from '../util/text.js'
import { isObject, type JsonObject, soleMember } from './json.js'
import { ListingError } from './listing-error.js'

/** The objects of one table, apart by what they are, in the order of the listing. */
export interface ListedTable {
  readonly family: string
  readonly name: string
  readonly object: JsonObject
  readonly chains: readonly ListedObject[]
  readonly sets: readonly ListedObject[]
  readonly maps: readonly ListedObject[]
  readonly rules: readonly ListedRule[]
  /** Counters, flow tables and the like. */
  readonly others: readonly ListedObject[]
}

export interface ListedObject {
  /** nft's word for what it is. */
  readonly type: string
  readonly name: string
  readonly object: JsonObject
}

export interface ListedRule {
  readonly chain: string
  readonly expressions: readonly unknown[]
  readonly object: JsonObject
}

/** A table while its objects are gathered. */
type OpenTable = { readonly [key in keyof ListedTable]: Opened<ListedTable[key]> }
type Opened<T> = T extends readonly (infer Item)[] ? Item[] : T

/**
 * The tables of these families in what `nft -j list table` or `nft -j list ruleset` printed; several
 * listings may follow one another. Other families are passed over.
 *
 * @throws ListingError if the text is anything else
 */
export function readListing(source: Source, families: readonly string[]): readonly ListedTable[] {
  const tables = new Map<string, OpenTable>()
  for (const [index, item] of itemsOf(source).entries()) {
    const [type, object] = soleMember(item) ?? []
    const place = `nftables[${index}]`
    if (type === undefined || !isObject(object)) {
      throw new ListingError(`${place} must be an object in an object (got ${quote(item)})`)
    }
    if (type === 'metainfo') continue
    const family = textOf(object, 'family', `${place}.${type}`)
    if (!families.includes(family)) continue
    addObject(tables, family, type, object, `${place}.${type}`)
  }
  return [...tables.values()]
}

function itemsOf({ text }: Source): readonly unknown[] {
  const start = text.search(/\S/)
  if (start < 0) throw new ListingError('is empty: see what nft said on stderr')
  if (!/[[{]/.test(text[start] ?? ''))
    throw new ListingError('is not JSON: nft prints it with -j', start)
  const range = { start, end: text.length }
  const documents = loadJson(text, range)
  if (documents === undefined) {
    const { error } = scanJson(text, range)
    throw new ListingError(error?.message ?? 'is not JSON', error?.offset)
  }
  return documents.flatMap(({ value, start: at }) => {
    const [name, items] = soleMember(value) ?? []
    if (name === 'nftables' && Array.isArray(items)) return items as readonly unknown[]
    throw new ListingError('is not what nft -j prints: an object with the list "nftables"', at)
  })
}

function addObject(
  tables: Map<string, OpenTable>,
  family: string,
  type: string,
  object: JsonObject,
  place: string,
): void {
  const tableName = textOf(object, type === 'table' ? 'name' : 'table', place)
  const table = tables.get(`${family} ${tableName}`)
  if (type === 'table') {
    if (table) throw new ListingError(`${place}: the table ${quote(tableName)} stands twice`)
    const lists = { chains: [], sets: [], maps: [], rules: [], others: [] }
    tables.set(`${family} ${tableName}`, { family, name: tableName, object, ...lists })
    return
  }
  if (table === undefined) {
    throw new ListingError(
      `${place} is of a table that is not listed: list the whole table (nft -j list table ${family} ...)`,
    )
  }
  if (type === 'rule') table.rules.push(listedRule(object, place))
  else listFor(table, type).push({ type, name: textOf(object, 'name', place), object })
}

function listedRule(object: JsonObject, place: string): ListedRule {
  const { expr } = object
  if (Array.isArray(expr)) {
    return {
      chain: textOf(object, 'chain', place),
      expressions: expr as readonly unknown[],
      object,
    }
  }
  throw new ListingError(`${place}.expr must be a list (got ${quote(expr)})`)
}

function listFor(table: OpenTable, type: string): ListedObject[] {
  switch (type) {
    case 'chain':
      return table.chains
    case 'set':
      return table.sets
    case 'map':
      return table.maps
    default:
      return table.others
  }
}

function textOf(object: JsonObject, key: string, place: string): string {
  const text = object[key]
  if (typeof text === 'string' && text !== '') return text
  throw new ListingError(`${place}.${key} must be a name (got ${quote(text)})`)
}
