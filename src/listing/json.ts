import type { Source } from '../diagnostics/diagnostic.js'
import { loadJson } from '../input/documents.js'
import { scanJson } from '../input/json.js'
import { compareText } from '../util/collections.js'
import { quote } from '../util/text.js'

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
  // nft 1.0.2 leaves out the expressions of a rule that has none: it does nothing.
  const { expr = [] } = object
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

/** An object of parsed JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Name and value of an object with one member, which is how nft writes expressions. */
export function soleMember(value: unknown): readonly [string, unknown] | undefined {
  if (!isObject(value)) return undefined
  const members = Object.entries(value)
  return members.length === 1 ? members[0] : undefined
}

/** The value of an object's one member if it has this name, else undefined. */
export function memberNamed(value: unknown, name: string): unknown {
  const member = soleMember(value)
  return member?.[0] === name ? member[1] : undefined
}

/** The value as an object that has no other keys than these; any of them may be missing. */
export function withOnly<Key extends string>(
  value: unknown,
  keys: ReadonlySet<Key>,
): { readonly [key in Key]?: unknown } | undefined {
  if (!isObject(value)) return undefined
  const known: ReadonlySet<string> = keys
  return Object.keys(value).every(key => known.has(key))
    ? (value as { readonly [key in Key]?: unknown })
    : undefined
}

/** The parts of a concatenation; anything else is a single part. */
export function partsOf(value: unknown): readonly unknown[] {
  const parts = memberNamed(value, 'concat')
  return Array.isArray(parts) ? parts : [value]
}

/** nft leaves out an empty list, and may write a single item without a list around it. */
export const listOf = (items: unknown): readonly unknown[] =>
  items === undefined ? [] : Array.isArray(items) ? items : [items]

/** A whole number from 0 to `max`. */
export const isCount = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max

// No expression of nft comes near; a recursion must end before the stack does.
const MAX_DEPTH = 100

/**
 * JSON text that is the same for all spellings of a value: no blanks, keys in order.
 *
 * @throws ListingError for a value that is nested deeper than anything nft prints
 */
export function canonicalJson(value: unknown, depth = 0): string {
  // Nothing has no text: JSON.stringify gives undefined, whatever its type says.
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  if (depth === MAX_DEPTH) throw new ListingError('is nested deeper than anything nft prints')
  if (Array.isArray(value)) {
    return `[${value.map(item => canonicalJson(item, depth + 1)).join(',')}]`
  }
  const members = Object.entries(value)
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, depth + 1)}`)
  return `{${members.join(',')}}`
}

/** A text is not what `nft -j` prints; the message goes on from the name of the file. */
export class ListingError extends Error {
  /** Where in the text, if that is known. */
  readonly offset: number | undefined

  constructor(message: string, offset?: number) {
    super(message)
    this.name = 'ListingError'
    this.offset = offset
  }
}
