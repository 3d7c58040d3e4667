import type { Ip } from '../../address/address.js'
import type { ServicePort } from '../../model/service-port.js'
import type { View } from '../../traffic/promise/view.js'
import type { Destination } from '../check.js'
import { destinationsOf, distinct } from './destinations.js'

/** The destinations of some service ports, and of how many they were chosen. */
export interface Sample {
  readonly ports: readonly ServicePort[]
  readonly destinations: readonly Destination[]
  /** Destinations of all service ports. */
  readonly of: number
}

/**
 * The destinations of all service ports, or of every second, third and so on, until there are no more
 * than `most`; at least those of one.
 *
 * @param own the node's addresses
 */
export function sampleDestinations(
  view: View,
  ports: readonly ServicePort[],
  own: readonly Ip[],
  most: number,
): Sample {
  const all = distinct(ports.flatMap(port => destinationsOf(view, port, own)))
  for (let step = Math.max(1, Math.ceil(all.length / most)); ; step++) {
    const kept = new Set(ports.filter((_, index) => index % step === 0))
    const destinations = all.filter(({ servicePort }) => servicePort && kept.has(servicePort))
    if (destinations.length <= most || kept.size <= 1)
      return { ports: [...kept], destinations, of: all.length }
  }
}
