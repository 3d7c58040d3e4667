import {
  type Cidr,
  FAMILIES,
  type Family,
  type Ip,
  parseCidr,
  parseIp,
} from '../address/address.js'
import { coverOf, type Stretch, stretchOf } from '../address/ranges.js'
import { FAMILY, TABLE_FAMILY } from '../rules/build.js'
import type { Field, Foreign, L4Protocol } from '../rules/match.js'
import type { PacketHash, SocketAddress } from '../rules/statement.js'
import type { KeyType, TableFamily } from '../rules/table.js'
import { invariant } from '../util/errors.js'
import { quote } from '../util/text.js'
import {
  canonicalJson,
  isCount,
  isObject,
  ListingError,
  memberNamed,
  partsOf,
  withOnly,
} from './json.js'

/** The protocols whose headers an expression may read, as netfilter spells them. */
const HEADERS: ReadonlyMap<unknown, string> = new Map([
  ...['tcp', 'udp', 'sctp', 'icmp', 'dccp', 'udplite', 'ah', 'esp', 'comp', 'igmp', 'gre'].map(
    name => [name, name] as const,
  ),
  ['icmpv6', 'ipv6-icmp'],
])
const NFT_FAMILIES: ReadonlyMap<unknown, 'ipv4' | 'ipv6'> = new Map([
  ['ip', 'ipv4'],
  ['icmp', 'ipv4'],
  ['igmp', 'ipv4'],
  ['ip6', 'ipv6'],
  ['icmpv6', 'ipv6'],
])

/**
 * What a packet must be that an expression can match, by the headers that it reads: nft puts a test for
 * the protocol or the family in front of it, which it does not list.
 */
function needsOf(expression: unknown): Pick<Foreign, 'protocol' | 'family'> {
  const read = new Set(headersIn(expression))
  const [protocol] = [...read].flatMap(header => HEADERS.get(header) ?? [])
  const [family] = [...read].flatMap(header => NFT_FAMILIES.get(header) ?? [])
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(family === undefined ? {} : { family }),
  }
}

/** What is looked at: the left side of a test, the key of a map; NAT and refusals are of a family. */
function headersIn(expression: unknown): unknown[] {
  if (!isObject(expression)) return []
  const { match, vmap, reject } = expression
  if (isObject(match)) return payloadsIn(match.left)
  if (isObject(vmap)) return payloadsIn(vmap.key)
  if (isObject(reject)) return [REFUSALS.get(reject.type)]
  return ['dnat', 'snat', 'redirect', 'masquerade'].flatMap(name => {
    const nat = expression[name]
    return isObject(nat) ? [nat.family] : []
  })
}

const REFUSALS: ReadonlyMap<unknown, string> = new Map([
  ['icmp', 'ip'],
  ['icmpv6', 'ip6'],
])

const OPERATORS = ['&', '|', '^', '<<', '>>', 'concat']

function payloadsIn(value: unknown): unknown[] {
  if (!isObject(value)) return []
  const { payload } = value
  if (isObject(payload)) return [payload.protocol]
  // The operands of an operator are read one and all; of a set, say, only one counts.
  return OPERATORS.flatMap(operator => {
    const operands = value[operator]
    return Array.isArray(operands) ? operands.flatMap(payloadsIn) : []
  })
}

/** The expression of each field, in JSON. */
const EXPRESSIONS: Readonly<Record<Field, (family: TableFamily) => unknown>> = {
  saddr: family => ({ payload: { protocol: family, field: 'saddr' } }),
  daddr: family => ({ payload: { protocol: family, field: 'daddr' } }),
  l4proto: () => ({ meta: { key: 'l4proto' } }),
  dport: () => ({ payload: { protocol: 'th', field: 'dport' } }),
  'tcp-dport': () => ({ payload: { protocol: 'tcp', field: 'dport' } }),
  'udp-dport': () => ({ payload: { protocol: 'udp', field: 'dport' } }),
  'sctp-dport': () => ({ payload: { protocol: 'sctp', field: 'dport' } }),
  'tcp-sport': () => ({ payload: { protocol: 'tcp', field: 'sport' } }),
  'udp-sport': () => ({ payload: { protocol: 'udp', field: 'sport' } }),
  'sctp-sport': () => ({ payload: { protocol: 'sctp', field: 'sport' } }),
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

const JHASH = new Set(['mod', 'seed', 'offset', 'expr'] as const)
const MAX_SEED = 2 ** 32 - 1

/**
 * The packet hash and the modulus of `jhash ip saddr mod N seed S`; one without a seed has a random one
 * that no listing tells.
 */
export function hashOf(
  family: TableFamily,
  value: unknown,
): { readonly hash: PacketHash; readonly modulus: number } | undefined {
  const jhash = withOnly(memberNamed(value, 'jhash'), JHASH)
  if (jhash === undefined || (jhash.offset ?? 0) !== 0) return undefined
  const { mod: modulus, seed } = jhash
  const fields = fieldsOf(family, partsOf(jhash.expr))
  // A protocol has no bytes of its own among addresses and ports.
  if (fields === undefined || fields.includes('l4proto')) return undefined
  return isCount(seed, MAX_SEED) && isCount(modulus, MAX_MODULUS) && modulus > 1
    ? { hash: { fields, seed }, modulus }
    : undefined
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
  'tcp-sport': 'port',
  'udp-sport': 'port',
  'sctp-sport': 'port',
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

/** Reads an address of one family as nft prints it; anything else is undefined. */
export type AddressReader = (value: unknown) => Ip | undefined

/** A reader that remembers: in a listing the same addresses come again and again. */
export function addressReader(family: Family): AddressReader {
  const known = new Map<string, Ip | undefined>()
  const read = (text: string): Ip | undefined => {
    const parsed = parseIp(text)
    // A mapped address would be read as the IPv4 address, which no packet of the table has.
    return parsed?.family === family && parsed.dubious === undefined ? parsed.ip : undefined
  }
  return value => {
    if (typeof value !== 'string') return undefined
    if (!known.has(value)) known.set(value, read(value))
    return known.get(value)
  }
}

/** The family of the addresses in a table. */
export function addressFamily(table: TableFamily): Family {
  const family = FAMILIES.find(one => TABLE_FAMILY[one] === table)
  invariant(family !== undefined, `${table} has a family of addresses`)
  return family
}

const PREFIX = new Set(['addr', 'len'] as const)

/** One address, or a prefix as a CIDR; one of a single address is that address. */
export function networkOf(value: unknown, read: AddressReader): Cidr | Ip | undefined {
  const prefix = withOnly(memberNamed(value, 'prefix'), PREFIX)
  if (prefix === undefined) return read(value)
  const ip = read(prefix.addr)
  const parsed = ip && isCount(prefix.len, 128) ? parseCidr(`${ip}/${prefix.len}`) : undefined
  if (ip === undefined || parsed === undefined) return undefined
  const { first, last } = stretchOf(parsed.cidr)
  return first === last ? ip : parsed.cidr
}

/**
 * The addresses of a right-hand side as CIDRs: an address, a prefix, a range or an anonymous set of
 * them, which nft sorts and merges when it loads it.
 */
export function networksOf(
  value: unknown,
  family: Family,
  read: AddressReader,
): readonly (Cidr | Ip)[] | undefined {
  const single = networkOf(value, read)
  if (single !== undefined) return [single]
  const members = memberNamed(value, 'set')
  const stretches: Stretch[] = []
  for (const member of Array.isArray(members) ? members : [value]) {
    const stretch = stretchFrom(member, read)
    if (stretch === undefined) return undefined
    stretches.push(stretch)
  }
  return stretches.length === 0 ? undefined : coverOf(family, stretches)
}

function stretchFrom(value: unknown, read: AddressReader): Stretch | undefined {
  const network = networkOf(value, read)
  if (network !== undefined) return stretchOf(network)
  const range = memberNamed(value, 'range')
  if (!Array.isArray(range) || range.length !== 2) return undefined
  const [from, to] = range.map(read)
  if (from === undefined || to === undefined) return undefined
  const { first } = stretchOf(from)
  const { last } = stretchOf(to)
  return first <= last ? { first, last } : undefined
}

export const MAX_PORT = 65535

/** An address and a port that stand apart. */
export function socketOf(
  address: unknown,
  port: unknown,
  read: AddressReader,
): SocketAddress | undefined {
  const ip = read(address)
  return ip !== undefined && isCount(port, MAX_PORT) ? { ip, port } : undefined
}

/** The concatenation `address . port` as the value of a map element. */
export function socketValue(value: unknown, read: AddressReader): SocketAddress | undefined {
  const parts = partsOf(value)
  return parts.length === 2 ? socketOf(parts[0], parts[1], read) : undefined
}

/** nft lists numbers where the machine has no names for them (/etc/protocols). */
const PROTOCOLS: ReadonlyMap<unknown, L4Protocol> = new Map<unknown, L4Protocol>([
  ['tcp', 'tcp'],
  [6, 'tcp'],
  ['udp', 'udp'],
  [17, 'udp'],
  ['sctp', 'sctp'],
  [132, 'sctp'],
])

/** A transport protocol that a Service may have. */
export const protocolOf = (value: unknown): L4Protocol | undefined => PROTOCOLS.get(value)

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
