import { type Cidr, familyOf, type Ip, isUnusable } from '../../address/address.js'
import { addressOf, stretchOf } from '../../address/ranges.js'

/**
 * Hands out an address of the first of some ranges that has one which fits, and none twice;
 * `undefined` where it finds none.
 */
export type SpareAddresses = (ranges: readonly Cidr[], fits: (ip: Ip) => boolean) => Ip | undefined

/** Addresses that nobody has, always the same ones for the same questions. */
export function spareAddresses(taken: Iterable<Ip>): SpareAddresses {
  const used = new Set(taken)
  return (ranges, fits) => {
    for (const range of ranges) {
      for (const number of candidates(range)) {
        const ip = addressOf(familyOf(range), number)
        if (used.has(ip) || isUnusable(ip) || !fits(ip)) continue
        used.add(ip)
        return ip
      }
    }
    return undefined
  }
}

/** Ranges as small as this are looked through as a whole, others in some of their parts. */
const SMALL = 1024n
const PARTS = 64n
/** Not the first: those are taken most often. */
const OFFSET = 200n

function* candidates(range: Cidr): Generator<bigint> {
  const { first, last } = stretchOf(range)
  const size = last - first + 1n
  const parts = size <= SMALL ? 1n : PARTS
  const width = size / parts
  const tries = parts === 1n ? width : SMALL / PARTS
  for (let part = 0n; part < parts; part++) {
    for (let step = 0n; step < tries; step++) {
      const number = first + part * width + ((OFFSET + step) % width)
      // A network's own address and its broadcast address are nobody's.
      if (size <= 2n || (number !== first && number !== last)) yield number
    }
  }
}
