import {
  type Cidr,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
  isUnusable,
} from '../../address/address.js'
import { addressOf, numberOf } from '../../address/ranges.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Options } from '../../options/table.js'
import type { ExpectedBackend, Place, ProbeProtocol } from '../../traffic/packet.js'
import { sharesOf, usedChoices } from '../../traffic/promise/policies.js'
import { ownerOf } from '../../traffic/promise/promise.js'
import {
  addressOwner,
  inServiceCIDR,
  isNode,
  isOwn,
  nodePortOwner,
  placeKey,
  protocolOf,
  type View,
} from '../../traffic/promise/view.js'
import type { Check, Destination, DestinationKind } from '../check.js'
import type { SpareAddresses } from './addresses.js'

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
function freePort(
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

/**
 * Destinations of a family that no Service has: an unallocated address of each service CIDR, each
 * address of the node with a node port that is nobody's, and the neighbour of an external address.
 *
 * @param own the node's addresses of the family
 */
export function besideServices(
  view: View,
  { nodePortRange }: Pick<Options, 'nodePortRange'>,
  own: readonly Ip[],
  ports: readonly ServicePort[],
  spare: SpareAddresses,
): readonly Destination[] {
  const [family] = own.map(familyOf)
  if (family === undefined) return []
  const inFamily = view.cluster.serviceCIDRs.filter(cidr => familyOf(cidr) === family)
  const unallocated = inFamily.flatMap((cidr): Destination[] => {
    const ip = spare([cidr], () => true)
    if (ip === undefined) return []
    const place = { ...nobodys('unallocated-ip', ip), port: 80 }
    return [place, { ...place, protocol: 'udp' }]
  })
  const freeNodePorts = own.flatMap((ip): Destination[] => {
    const place = freePort(view, ip, nodePortRange.from)
    return place === undefined ? [] : [{ ...nobodys('no-service', ip), port: place.port }]
  })
  return [...unallocated, ...freeNodePorts, ...neighbours(family, ports, spare)]
}

const nobodys = (kind: Destination['kind'], ip: Ip) =>
  ({ kind, ip, protocol: 'tcp', servicePort: undefined }) as const

/** How many addresses above an external one are asked for one that is nobody's. */
const NEAR = 16n

function neighbours(
  family: Family,
  ports: readonly ServicePort[],
  spare: SpareAddresses,
): readonly Destination[] {
  for (const port of ports.filter(one => one.family === family)) {
    for (const external of [...port.externalIPs, ...port.loadBalancerIPs]) {
      const next = neighbour(external, spare)
      if (next === undefined) continue
      return [{ ...nobodys('no-service', next), port: port.port, protocol: protocolOf(port) }]
    }
  }
  return []
}

function neighbour(ip: Ip, spare: SpareAddresses): Ip | undefined {
  const family = familyOf(ip)
  const bits = family === 'IPv4' ? 32 : 128
  const number = numberOf(ip)
  const end = 1n << BigInt(bits)
  for (let near = number + 1n; near <= number + NEAR && near < end; near++) {
    const found = spare([`${addressOf(family, near)}/${bits}` as Cidr], () => true)
    if (found !== undefined) return found
  }
  return undefined
}

/** Why a real kernel would not show what is expected, whatever the rules; `undefined` if it does. */
export function untriable(view: View, check: Check): string | undefined {
  const { client, destination, expected } = check
  const { ip, kind } = destination
  if (isUnusable(ip) && !(kind === 'node-port' && isLoopback(ip)))
    return `${ip} is a loopback, link-local or multicast address`
  if (!isNode(client) && client.ip === ip) return `the client itself has the address ${ip}`
  // The guard of ClusterIPs has its place on the way out of the node only.
  if (isOwn(view, ip) && isGuarded(view, ip)) return `${ip} is an address of the node too`
  if (expected.verdict !== 'backends') return undefined
  const bad = expected.backends.find(backend => isDestination(view, check, backend))
  if (bad) return `its endpoint ${bad.at.ip} port ${bad.at.port} is a destination of Services too`
  const unmasqueraded = expected.backends.filter(({ masqueraded }) => !masqueraded)
  if (unmasqueraded.length > 0 && isLoopback(client.ip))
    return `${client.ip} would leave the node unmasqueraded`
  if (unmasqueraded.some(({ at }) => at.ip === client.ip) && !isNode(client))
    return `${client.ip} would get its own packets, unmasqueraded, and drop them`
  return mayComeBack(view, check, expected.backends)
    ? 'session affinity may lead a client back to an endpoint that has no share here'
    : undefined
}

/** Whether all ports of an address are refused or dropped, as those of ClusterIPs are in nftables mode. */
const isGuarded = (view: View, ip: Ip): boolean =>
  view.mode === 'nftables' && (view.owners.clusterIPs.has(ip) || inServiceCIDR(view, ip))

/** What is checked after DNAT, or guarded, would meet the packet on its way to such an endpoint. */
function isDestination(view: View, { destination }: Check, { at }: ExpectedBackend): boolean {
  const place = { ...at, protocol: destination.protocol }
  if (isGuarded(view, at.ip) || addressOwner(view, place)) return true
  return isOwn(view, at.ip) && nodePortOwner(view, place) !== undefined
}

/**
 * Whether a client may be on record with an endpoint that has no share among these backends, because
 * another policy gives it one: where all of its endpoints weigh 0.
 */
function mayComeBack(
  view: View,
  { client, destination }: Check,
  backends: readonly ExpectedBackend[],
): boolean {
  const port = ownerOf(view, client, destination)?.port
  if (port?.affinitySeconds === undefined) return false
  const lists = usedChoices(port, view.node).map(({ endpoints }) => {
    const served = new Set(sharesOf(endpoints).map(([{ id }]) => id))
    return { served, idle: endpoints.filter(({ id }) => !served.has(id)) }
  })
  const isExpected = ({ ip, port }: Endpoint): boolean =>
    backends.some(({ at }) => at.ip === ip && at.port === port)
  return lists
    .flatMap(({ idle }) => idle)
    .some(one => !isExpected(one) && lists.some(({ served }) => served.has(one.id)))
}
