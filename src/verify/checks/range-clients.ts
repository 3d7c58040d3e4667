import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isUnusable,
} from '../../address/address.js'
import { addressOf, stretchOf } from '../../address/ranges.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Client } from '../../traffic/packet.js'
import type { View } from '../../traffic/promise/view.js'
import { MADE_UP, outsideTest } from './address-ranges.js'
import { outsideClient } from './clients.js'
import type { SpareAddresses } from './spare-addresses.js'

/** Distinct source ranges, as one text. */
export const rangesKey = ({ sourceRanges }: ServicePort): string => sourceRanges.join(',')

/** Clients outside for one list of source ranges. */
export interface RangeClients {
  /** One that is in one of the ranges and one that is in none; a side without an address has no client. */
  readonly sides: readonly Client[]
  /** Those at the ends of the first ranges: the last within and the first without. */
  readonly edges: readonly Client[]
}

/**
 * The clients for each distinct list of source ranges, by the lists' keys. Clients serve for several
 * lists, those given first of all.
 */
export function rangeClients(
  view: View,
  ports: readonly ServicePort[],
  outside: readonly Client[],
  spare: SpareAddresses,
): ReadonlyMap<string, RangeClients> {
  const known = [...outside]
  const join = (client: Client): Client => {
    known.push(client)
    return client
  }
  const byRanges = new Map<string, RangeClients>()
  for (const port of ports) {
    const { family, sourceRanges } = port
    const key = rangesKey(port)
    if (sourceRanges.length === 0 || byRanges.has(key)) continue
    const isAllowed = containedIn(sourceRanges)
    const isOutside = outsideTest(view, family)
    const clientAt = (
      isRight: (ip: Ip) => boolean,
      ranges: readonly Cidr[],
    ): Client | readonly [] => {
      const serving = known.find(({ ip }) => familyOf(ip) === family && isRight(ip))
      if (serving) return serving
      const ip = spare(ranges, one => isRight(one) && isOutside(one))
      return ip === undefined ? [] : join(outsideClient(ip))
    }
    byRanges.set(key, {
      sides: [
        clientAt(isAllowed, sourceRanges),
        clientAt(ip => !isAllowed(ip), MADE_UP[family]),
      ].flat(),
      edges: sourceRanges
        .slice(0, MAX_RANGES)
        .flatMap(edgesOf)
        .flatMap(ip => clientAt(one => one === ip, [`${ip}/${BITS[family]}` as Cidr])),
    })
  }
  return byRanges
}

/** Ranges whose ends are tried: each takes four clients. */
const MAX_RANGES = 4
const BITS: Readonly<Record<Family, number>> = { IPv4: 32, IPv6: 128 }

/** The first and last address of a range and their neighbours outside, as far as hosts can have them. */
function edgesOf(range: Cidr): readonly Ip[] {
  const family = familyOf(range)
  const { first, last } = stretchOf(range)
  const end = 1n << BigInt(BITS[family])
  return [...new Set([first - 1n, first, last, last + 1n])]
    .filter(number => number >= 0n && number < end)
    .map(number => addressOf(family, number))
    .filter(canSend)
}

/** What the kernel takes as a source: neither 0.0.0.0/8 nor what is above multicast. */
const canSend = (ip: Ip): boolean => !isUnusable(ip) && !/^(?:0|2[45]\d)\./.test(ip)
