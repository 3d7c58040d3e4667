import { FAMILY } from '../rules/build.js'
import type { Field } from '../rules/match.js'
import type { KeyType, TableFamily } from '../rules/table.js'
import { canonicalJson, isCount, memberNamed, partsOf, withOnly } from './json.js'

/** The expression of each field, in JSON. */
const EXPRESSIONS: Readonly<Record<Field, (family: TableFamily) => unknown>> = {
  saddr: family => ({ payload: { protocol: family, field: 'saddr' } }),
  daddr: family => ({ payload: { protocol: family, field: 'daddr' } }),
  l4proto: () => ({ meta: { key: 'l4proto' } }),
  dport: () => ({ payload: { protocol: 'th', field: 'dport' } }),
  'tcp-dport': () => ({ payload: { protocol: 'tcp', field: 'dport' } }),
  'udp-dport': () => ({ payload: { protocol: 'udp', field: 'dport' } }),
  'sctp-dport': () => ({ payload: { protocol: 'sctp', field: 'dport' } }),
}
const FIELD_NAMES = Object.keys(EXPRESSIONS) as Field[]

const fieldsByJson = (family: TableFamily): ReadonlyMap<string, Field> =>
  new Map(FIELD_NAMES.map(field => [canonicalJson(EXPRESSIONS[field](family)), field]))
const FIELDS: Readonly<Record<TableFamily, ReadonlyMap<string, Field>>> = {
  ip: fieldsByJson('ip'),
  ip6: fieldsByJson('ip6'),
}

/** The fields of expressions, if they all are fields of ours. */
export function fieldsOf(
  family: TableFamily,
  parts: readonly unknown[],
): readonly Field[] | undefined {
  const fields: Field[] = []
  for (const part of parts) {
    const field = FIELDS[family].get(canonicalJson(part))
    if (field === undefined) return undefined
    fields.push(field)
  }
  return fields
}

const NUMGEN = new Set(['mode', 'mod', 'offset'] as const)
const MAX_MODULUS = 2 ** 32 - 1

/** The modulus of `numgen random mod N`. */
export function modulusOf(value: unknown): number | undefined {
  const numgen = withOnly(memberNamed(value, 'numgen'), NUMGEN)
  if (numgen?.mode !== 'random' || (numgen.offset ?? 0) !== 0) return undefined
  return isCount(numgen.mod, MAX_MODULUS) && numgen.mod > 0 ? numgen.mod : undefined
}

/** What the keys of a set or map are made of. */
export interface KeyShape {
  readonly fields: readonly Field[]
  readonly types: readonly KeyType[]
  /** Whether a number of a random choice comes last. */
  readonly bucket: boolean
}

const FIELD_TYPES: Readonly<Record<Field, KeyType>> = {
  saddr: 'address',
  daddr: 'address',
  l4proto: 'protocol',
  dport: 'port',
  'tcp-dport': 'port',
  'udp-dport': 'port',
  'sctp-dport': 'port',
}
/** The fields that stand for types where a listing tells no more: those of a destination. */
const TYPE_FIELDS: Readonly<Record<KeyType, Field>> = {
  address: 'daddr',
  protocol: 'l4proto',
  port: 'dport',
}

/**
 * The key of a set or map from its declared type: names of types in a list or one text, or the
 * expressions behind `typeof`, which nft 1.0.6 lists as names of types too.
 */
export function keyShape(family: TableFamily, type: unknown): KeyShape | undefined {
  const expressions = memberNamed(type, 'typeof')
  if (expressions !== undefined) return shapeOfExpressions(family, partsOf(expressions))
  const names = typeof type === 'string' ? type.split(' . ') : type
  if (!Array.isArray(names)) return undefined
  // What nft calls the type of a random number.
  const bucket = names.at(-1) === 'integer'
  const types: KeyType[] = []
  for (const name of bucket ? names.slice(0, -1) : names) {
    const known = Object.entries(FAMILY[family].types).find(([, word]) => word === name)
    if (known === undefined) return undefined
    types.push(known[0] as KeyType)
  }
  return { fields: types.map(one => TYPE_FIELDS[one]), types, bucket }
}

function shapeOfExpressions(family: TableFamily, parts: readonly unknown[]): KeyShape | undefined {
  const bucket = modulusOf(parts.at(-1)) !== undefined
  const fields = fieldsOf(family, bucket ? parts.slice(0, -1) : parts)
  return fields && { fields, types: fields.map(field => FIELD_TYPES[field]), bucket }
}
