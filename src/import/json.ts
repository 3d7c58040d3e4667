import { compareText } from '../util/collections.js'
import { ListingError } from './listing-error.js'

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
