import type { Family, Ip } from '../../address/address.js'
import { addressOf, type Stretch, stretchOf } from '../../address/ranges.js'
import type { Source } from './world.js'

/** Addresses that no CIDR of a list tells apart. */
export interface Region {
  /** The CIDR that holds them; what others inside it hold is not here. */
  readonly source: Source
  /** In order and apart. */
  readonly stretches: readonly Stretch[]
}

export const EVERYTHING: Readonly<Record<Family, Source>> = {
  IPv4: '0.0.0.0/0' as Source,
  IPv6: '::/0' as Source,
}

/**
 * Divides all addresses of a family by some CIDRs, which are nested or apart: each region is one of
 * them, or the whole, without those inside it. In order of their first address; empty ones are left out.
 */
export function regionsOf(family: Family, sources: readonly Source[]): readonly Region[] {
  const unique = new Map(
    [EVERYTHING[family], ...sources].map(source => {
      const stretch = stretchOf(source)
      return [`${stretch.first} ${stretch.last}`, { source, ...stretch }] as const
    }),
  )
  const outerFirst = [...unique.values()].sort(
    (a, b) => compare(a.first, b.first) || compare(b.last, a.last),
  )
  const regions: OpenRegion[] = []
  const open: OpenRegion[] = []
  const close = (): void => {
    const done = open.pop()
    if (done === undefined) return
    if (done.next <= done.last) done.stretches.push({ first: done.next, last: done.last })
  }
  for (const { source, first, last } of outerFirst) {
    while ((open.at(-1)?.last ?? last) < first) close()
    const outer = open.at(-1)
    if (outer !== undefined) {
      if (outer.next < first) outer.stretches.push({ first: outer.next, last: first - 1n })
      outer.next = last + 1n
    }
    const region = { source, last, next: first, stretches: [] }
    regions.push(region)
    open.push(region)
  }
  while (open.length > 0) close()
  return regions.filter(({ stretches }) => stretches.length > 0)
}

interface OpenRegion extends Region {
  readonly last: bigint
  next: bigint
  readonly stretches: Stretch[]
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** Addresses to try in one stretch. */
const MOST_TRIES = 100_000n

/** An address of a region that is not taken, if there is one; else any. */
export function memberOf(
  family: Family,
  { stretches }: Region,
  isTaken: (ip: Ip) => boolean,
): Ip | undefined {
  let any: Ip | undefined
  for (const { first, last } of stretches) {
    const end = last - first < MOST_TRIES ? last : first + MOST_TRIES
    for (let at = first; at <= end; at++) {
      const ip = addressOf(family, at)
      any ??= ip
      if (!isTaken(ip)) return ip
    }
  }
  return any
}

/** Whether a region holds an address. */
export const holds = ({ stretches }: Region, ip: Ip): boolean => {
  const { first } = stretchOf(ip)
  return stretches.some(stretch => stretch.first <= first && first <= stretch.last)
}
