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

function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...stretches].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
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
