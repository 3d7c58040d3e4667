import { IDENTIFIER } from '../../rules/names.js'
import type { Rule } from '../../rules/table.js'

/** Members that name chains, sets, maps and counters. */
const NAMES = new Set(['chain', 'set', 'map', 'name'])
const TEXTS = new Set(['comment', 'prefix'])
const MAX_TEXT = 128
const MAX_NAME = 255

/**
 * An imported rule as it may be shown: the kernel takes names and comments that nft cannot read back,
 * and what cannot be read is spelt with `_` and `?`.
 */
export function presentable({ matches, statements, comment, origin }: Rule): Rule {
  const rule = { matches: mapped(matches), statements: mapped(statements), origin }
  return comment === undefined ? rule : { ...rule, comment: textOf(comment) }
}

function mapped<T>(value: T, key = ''): T {
  if (typeof value === 'string') return fitting(value, key) as T
  if (Array.isArray(value)) return value.map(item => mapped<unknown>(item, key)) as T
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, mapped(member, name)])
  return Object.fromEntries(members) as T
}

function fitting(text: string, key: string): string {
  if (TEXTS.has(key)) return textOf(text)
  if (!NAMES.has(key) || IDENTIFIER.test(text)) return text
  const name = text.replace(/[^A-Za-z0-9/._-]/g, '_').slice(0, MAX_NAME - 1)
  return /^[A-Za-z_.]/.test(name) ? name : `_${name}`
}

const textOf = (text: string): string =>
  text.replace(/[^ !#-[\]-~]/g, '?').slice(0, MAX_TEXT) || '?'
