import { type Cidr, type Family, familyOf, type Ip } from './address.js'
import { addressOf, numberOf } from './address-number.js'

/** A stretch of addresses as integers, both ends included. */
export interface Stretch {
  readonly first: bigint
  readonly last: bigint
}

const BITS: Readonly<Record<Family, number>> = { IPv4: 32, IPv6: 128 }

/** The addresses of a canonical CIDR or address. */
export function stretchOf(source: Cidr | Ip): Stretch {
  const [ip = '', prefix] = source.split('/')
  const bits = BITS[familyOf(source)]
  const first = numberOf(ip as Ip)
  return { first, last: first + (1n << BigInt(bits - Number(prefix ?? bits))) - 1n }
}

/**
 * The fewest CIDRs that hold exactly these addresses, in order and apart from each other; those of one
 * address are given as that address.
 */
export function coverOf(family: Family, stretches: readonly Stretch[]): readonly (Cidr | Ip)[] {
  return merged(stretches).flatMap(stretch => cidrsOf(family, stretch))
}

/**
 * CIDRs and addresses without those that lie in another of them, in the order given;
 * what is left never overlaps. Of an address and the CIDR of it alone, the CIDR stays.
 */
export function withoutContained(sources: readonly (Cidr | Ip)[]): readonly (Cidr | Ip)[] {
  const blocks = [...new Set(sources)].map(source => ({ source, ...stretchOf(source) }))
  const isCidr = ({ source }: { source: string }): number => Number(source.includes('/'))
  const outerFirst = [...blocks].sort(
    (a, b) => compare(a.first, b.first) || compare(b.last, a.last) || isCidr(b) - isCidr(a),
  )
  const kept = new Set<string>()
  const end: Record<Family, bigint> = { IPv4: -1n, IPv6: -1n }
  // CIDRs are nested or apart: what ends behind the last one kept of its family lies apart from it.
  for (const { source, last } of outerFirst) {
    const family = familyOf(source)
    if (last <= end[family]) continue
    kept.add(source)
    end[family] = last
  }
  return blocks.filter(({ source }) => kept.has(source)).map(({ source }) => source)
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...stretches].sort((a, b) => compare(a.first, b.first))
  const apart: Stretch[] = []
  for (const next of sorted) {
    const open = apart.at(-1)
    if (open === undefined || next.first > open.last + 1n) apart.push(next)
    else if (next.last > open.last) apart[apart.length - 1] = { first: open.first, last: next.last }
  }
  return apart
}

function cidrsOf(family: Family, { first, last }: Stretch): (Cidr | Ip)[] {
  const cidrs: (Cidr | Ip)[] = []
  for (let at = first; at <= last; ) {
    let free = 0n
    // As wide as the alignment of its start and the rest of the stretch allow.
    while (free < BITS[family] && at % (2n << free) === 0n && at + (2n << free) - 1n <= last) free++
    const ip = addressOf(family, at)
    cidrs.push(free === 0n ? ip : (`${ip}/${BITS[family] - Number(free)}` as Cidr))
    at += 1n << free
  }
  return cidrs
}
