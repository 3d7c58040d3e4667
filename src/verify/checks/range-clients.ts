import { containedIn, familyOf, type Ip } from '../../model/address.js'
import type { ServicePort } from '../../model/service-port.js'
import type { View } from '../reference/view.js'
import type { Client } from '../scene.js'
import { MADE_UP, outsideTest } from './address-ranges.js'
import { outsideClient } from './clients.js'
import type { SpareAddresses } from './spare-addresses.js'

/** Distinct source ranges, as one text. */
export const rangesKey = ({ sourceRanges }: ServicePort): string => sourceRanges.join(',')

/**
 * For each distinct list of source ranges a client outside that is in one of them and one that is in
 * none, by the lists' keys. Clients serve for several lists, those given first of all. A side that no
 * address is left for has no client.
 */
export function rangeClients(
  view: View,
  ports: readonly ServicePort[],
  outside: readonly Client[],
  spare: SpareAddresses,
): ReadonlyMap<string, readonly Client[]> {
  const known = [...outside]
  const byRanges = new Map<string, readonly Client[]>()
  for (const port of ports) {
    const { family, sourceRanges } = port
    const key = rangesKey(port)
    if (sourceRanges.length === 0 || byRanges.has(key)) continue
    const isAllowed = containedIn(sourceRanges)
    const isOutside = outsideTest(view, family)
    const sides = [
      { ranges: sourceRanges, isRight: isAllowed },
      { ranges: MADE_UP[family], isRight: (ip: Ip) => !isAllowed(ip) },
    ]
    const clients = sides.flatMap(({ ranges, isRight }) => {
      const serving = known.find(({ ip }) => familyOf(ip) === family && isRight(ip))
      if (serving) return serving
      const ip = spare(ranges, one => isRight(one) && isOutside(one))
      if (ip === undefined) return []
      const client = outsideClient(ip)
      known.push(client)
      return client
    })
    byRanges.set(key, clients)
  }
  return byRanges
}
