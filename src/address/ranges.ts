import { invariant } from '../util/errors.js'
import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
  parseIp,
} from './address.js'

const GROUPS = { IPv4: { bits: 8n, count: 4 }, IPv6: { bits: 16n, count: 8 } } as const

/** A canonical address as an integer: neighbours differ by one. */
export function numberOf(ip: Ip): bigint {
  const family = familyOf(ip)
  const groups =
    family === 'IPv4' ? ip.split('.').map(BigInt) : hexGroups(ip).map(group => BigInt(`0x${group}`))
  return groups.reduce((number, group) => (number << GROUPS[family].bits) | group, 0n)
}

function hexGroups(ip: Ip): string[] {
  const [before = '', after] = ip.split('::')
  const groupsOf = (text: string) => (text === '' ? [] : text.split(':'))
  const head = groupsOf(before)
  if (after === undefined) return head
  const tail = groupsOf(after)
  return [
    ...head,
    ...Array<string>(GROUPS.IPv6.count - head.length - tail.length).fill('0'),
    ...tail,
  ]
}

/** The canonical address of an integer. */
export function addressOf(family: Family, number: bigint): Ip {
  const { bits, count } = GROUPS[family]
  const mask = (1n << bits) - 1n
  const groups = Array.from(
    { length: count },
    (_, i) => (number >> (bits * BigInt(count - 1 - i))) & mask,
  )
  const text = family === 'IPv4' ? groups.join('.') : groups.map(g => g.toString(16)).join(':')
  const ip = parseIp(text)?.ip
  invariant(ip !== undefined, `${number} is an ${family} address`)
  return ip
}

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

/** A test whether an address lies in a CIDR, or is the address that stands for one. */
export type AddressTest = (address: string) => boolean

/** A maker of tests that reads each CIDR once: parsing takes longer than a whole evaluation. */
export function addressTests(): (cidr: string) => AddressTest {
  const known = new Map<string, AddressTest>()
  return cidr => {
    let test = known.get(cidr)
    if (test === undefined) {
      test = testOf(cidr)
      known.set(cidr, test)
    }
    return test
  }
}

function testOf(cidr: string): AddressTest {
  if (!cidr.includes('/')) return address => address === cidr
  const contains = containedIn([cidr as Cidr])
  return address => contains(address as Ip)
}

/** A test whether an address is one of the host's own, as `fib ... type local` asks. */
export function localTest(addresses: readonly Ip[]): AddressTest {
  const own: ReadonlySet<string> = new Set(addresses)
  return address => own.has(address) || isLoopback(address as Ip)
}
