import {
  type Cidr,
  FAMILIES,
  type Family,
  type Ip,
  parseCidr,
  parseIp,
} from '../address/address.js'
import { coverOf, type Stretch, stretchOf } from '../address/ranges.js'
import { TABLE_FAMILY } from '../rules/build.js'
import type { TableFamily } from '../rules/table.js'
import { invariant } from '../util/errors.js'
import { isCount, memberNamed, withOnly } from './json.js'

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
