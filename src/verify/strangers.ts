import type { Family, Ip } from '../address/address.js'
import { addressOf, stretchOf } from '../address/ranges.js'
import type { Client, Scene } from '../traffic/packet.js'
import type { View } from '../traffic/promise/view.js'
import { knownAddresses, MADE_UP, outsideTest } from './checks/address-ranges.js'
import { outsideClient } from './checks/clients.js'

/** Enough for any number of samples, and few enough to be searched. */
const MOST = 100_000n

/**
 * Clients outside that have neither an address of the objects nor one of the scene: in a scene whoever
 * is not somewhere else stands behind the uplink, listed or not.
 */
export function strangersOf(view: View, scene: Scene): (family: Family) => Iterable<Client> {
  const taken = new Set<Ip>([
    ...knownAddresses(view),
    ...scene.beyond,
    ...scene.pods.flatMap(({ addresses }) => addresses),
    ...scene.listeners.map(({ ip }) => ip),
  ])
  return function* ofFamily(family) {
    const isOutside = outsideTest(view, family)
    for (const range of MADE_UP[family]) {
      const { first, last } = stretchOf(range)
      for (let number = first + 1n; number < last && number < first + MOST; number++) {
        const ip = addressOf(family, number)
        if (!taken.has(ip) && isOutside(ip)) yield outsideClient(ip)
      }
    }
  }
}
