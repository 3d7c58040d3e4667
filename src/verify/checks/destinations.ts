import { type Family, familyOf, type Ip } from '../../address/address.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Place, ProbeProtocol } from '../../traffic/packet.js'
import {
  addressOwner,
  nodePortOwner,
  placeKey,
  protocolOf,
  type View,
} from '../../traffic/promise/view.js'
import type { Destination, DestinationKind } from '../check.js'

/**
 * What one service port promises: its destinations, node ports at every address of the node (also at
 * those that serve none), and one step beside each of its own addresses: a wrong port of its protocol,
 * and the same port of another one.
 *
 * @param own the node's addresses
 */
export function destinationsOf(
  view: View,
  port: ServicePort,
  own: readonly Ip[],
): readonly Destination[] {
  const { clusterIP, externalIPs, loadBalancerIPs, nodePort, family } = port
  const protocol = protocolOf(port)
  const addresses: readonly (readonly [DestinationKind, readonly Ip[]])[] = [
    ['cluster-ip', clusterIP === undefined ? [] : [clusterIP]],
    ['external-ip', externalIPs],
    ['load-balancer-ip', loadBalancerIPs.filter(ip => !externalIPs.includes(ip))],
  ]
  const at = (kind: DestinationKind, place: Place): Destination => ({
    ...place,
    kind,
    servicePort: port,
  })
  const ofNode = [...own.filter(ip => familyOf(ip) === family), LOOPBACK[family]]
  const nodePorts = ofNode
    .flatMap(ip => (nodePort === undefined ? [] : { ip, port: nodePort, protocol }))
    // A Service that has the address with this port goes before the node port.
    .filter(place => addressOwner(view, place) === undefined)
    .map(place => at('node-port', place))
  return [
    ...addresses.flatMap(([kind, ips]) =>
      ips.map(ip => at(kind, { ip, port: port.port, protocol })),
    ),
    ...nodePorts,
    ...addresses
      .flatMap(([, ips]) => ips)
      .flatMap(ip => beside(view, ip, port))
      .map(place => at('wrong-port', place)),
  ]
}

const LOOPBACK: Readonly<Record<Family, Ip>> = { IPv4: '127.0.0.1' as Ip, IPv6: '::1' as Ip }
const PROTOCOLS: readonly ProbeProtocol[] = ['tcp', 'udp', 'sctp']

function beside(view: View, ip: Ip, port: ServicePort): Place[] {
  const another = PROTOCOLS.map(protocol => ({ ip, port: port.port, protocol })).find(
    place => !isClaimed(view, place),
  )
  const wrong = freePort(view, ip, WRONG_PORT, spokenOf(port))
  return [...(wrong === undefined ? [] : [wrong]), ...(another ? [another] : [])]
}

/** Where the search for a wrong port begins: the same one at most addresses. */
const WRONG_PORT = 79
const LAST_PORT = 65535

/** The protocol of a service port, or one that can be tried where it is none. */
const spokenOf = (port: ServicePort): ProbeProtocol => (port.protocol === 'UDP' ? 'udp' : 'tcp')

/** The next place at an address, from a port number on, that no Service has in any protocol. */
export function freePort(
  view: View,
  ip: Ip,
  from: number,
  protocol: ProbeProtocol = 'tcp',
): Place | undefined {
  for (let port = from; port <= LAST_PORT; port++) {
    const places = PROTOCOLS.map(one => ({ ip, port, protocol: one }))
    if (!places.some(place => isClaimed(view, place))) return { ip, port, protocol }
  }
  return undefined
}

/** Node port numbers count at every address: some of them are the node's. */
const isClaimed = (view: View, place: Place): boolean =>
  addressOwner(view, place) !== undefined || nodePortOwner(view, place) !== undefined

/** Destinations without those that another one before them has in common with them. */
export function distinct(destinations: readonly Destination[]): readonly Destination[] {
  const byPlace = new Map<string, Destination>()
  for (const one of destinations) {
    const key = placeKey(one)
    if (!byPlace.has(key)) byPlace.set(key, one)
  }
  return [...byPlace.values()]
}
