import { type Family, familyOf, type Ip } from '../../address/address.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Pod } from '../../traffic/packet.js'
import { isOwn, type View } from '../../traffic/promise/view.js'

/** Addresses of endpoints, each once, by where they are. */
export interface EndpointPlaces {
  /** Pods of the node. */
  readonly here: readonly Ip[]
  /** Pods and hosts that are not of the node. */
  readonly elsewhere: readonly Ip[]
}

/** Sorts the endpoints of service ports, whatever their state; the node's own addresses are neither. */
export function endpointPlaces(view: View, ports: readonly ServicePort[]): EndpointPlaces {
  const endpoints = ports.flatMap(port => port.endpoints).filter(({ ip }) => !isOwn(view, ip))
  const isHere = ({ nodeName }: (typeof endpoints)[number]): boolean => nodeName === view.node.name
  const here = new Set(endpoints.filter(isHere).map(({ ip }) => ip))
  const all = new Set(endpoints.map(({ ip }) => ip))
  return { here: [...here], elsewhere: [...all].filter(ip => !here.has(ip)) }
}

/**
 * Pods with these addresses, one of each family in a pod. Which address shares a pod with which is no
 * matter for rules; that there are few pods is one for the time that it takes to build them.
 */
export function podsOf(addresses: readonly Ip[], nextDevice: () => string): readonly Pod[] {
  const of = (family: Family): Ip[] => addresses.filter(ip => familyOf(ip) === family)
  const [ipv4, ipv6] = [of('IPv4'), of('IPv6')]
  return Array.from({ length: Math.max(ipv4.length, ipv6.length) }, (_, index) => {
    const own = [ipv4[index], ipv6[index]].filter(ip => ip !== undefined)
    return { name: `pod ${own.join(' ')}`, addresses: own, device: nextDevice() }
  })
}
