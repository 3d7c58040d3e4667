import { type Family, familyOf, type Ip, isLoopback } from '../../address/address.js'
import type { ServicePort } from '../../model/service-port.js'
import { type Client, type Pod, UPLINK } from '../../traffic/packet.js'
import { expect } from '../../traffic/promise/promise.js'
import { isOwn, servesNodePorts, type View } from '../../traffic/promise/view.js'
import { groupBy } from '../../util/collections.js'
import type { Destination } from '../check.js'
import {
  endpointElsewhere,
  LOCALHOST,
  nodeClients,
  outsider,
  podAddress,
  podClient,
  podsElsewhere,
} from './clients.js'
import type { Devices } from './devices.js'
import { clientsLeft, type LeftOut } from './left-out.js'
import { podsOf } from './pods.js'
import { rangeClients, rangesKey } from './range-clients.js'
import type { SpareAddresses } from './spare-addresses.js'

/** Everybody who sends, and the pods of the node, of which some do. */
export interface Cast {
  readonly pods: readonly Pod[]
  /** Those behind the uplink. */
  readonly beyond: readonly Client[]
  /** Who tries a destination. */
  readonly clientsFor: (destination: Destination) => readonly Client[]
  readonly left: readonly LeftOut[]
}

/** What the clients are chosen for. */
export interface Occasion {
  readonly view: View
  readonly families: readonly Family[]
  readonly destinations: readonly Destination[]
  readonly ports: readonly ServicePort[]
  /** Addresses of endpoints in pods of the node. */
  readonly here: readonly Ip[]
  readonly devices: Devices
  readonly spare: SpareAddresses
}

/**
 * Chooses the clients: in each family one outside, one in a pod here and one or two elsewhere, and the
 * node, for every destination; for those of a service port also clients in and out of its source
 * ranges, at its load balancer addresses those at their ends too, and its endpoints that may get their
 * own packets: the first here and, if it is to be masqueraded, the first elsewhere.
 */
export function castFor(occasion: Occasion): Cast {
  const { view, families, ports, here, devices, spare } = occasion
  const podIps = families.map(family => podAddress(view, family, spare))
  const pods = [podIps.filter(ip => ip !== undefined), here].flatMap(ips =>
    podsOf(ips, devices.next),
  )
  const outside = families.map(family => outsider(view, family, spare))
  const elsewhere = families.map(family => podsElsewhere(view, family, spare))
  const strangers = outside.filter(client => client !== undefined)
  const byRanges = rangeClients(view, ports, strangers, spare)
  const interfaces = interfacesOf(pods, devices.bridge)
  const general = families.map((family, index): readonly Client[] => {
    const [podIp, stranger] = [podIps[index], outside[index]]
    const inPod = podIp && podClient('pod', podIp, interfaces.get(podIp) ?? UPLINK)
    const others = [stranger, inPod].filter(client => client !== undefined)
    return [...others, ...(elsewhere[index] ?? []), ...nodeClients(view, family)]
  })
  const left = families.flatMap((family, index) => [
    ...(outside[index] === undefined ? [clientsLeft('outside', family)] : []),
    ...(elsewhere[index]?.length === 0 ? [clientsLeft('pod-elsewhere', family)] : []),
  ])
  const backends = hairpinClients(occasion, interfaces)
  const ranged = [...byRanges.values()].flatMap(({ sides, edges }) => [...sides, ...edges])
  return {
    pods,
    beyond: [...new Set([...strangers, ...elsewhere.flat(), ...ranged])],
    left,
    clientsFor: ({ ip, kind, servicePort }) => {
      const all = general[families.indexOf(familyOf(ip))] ?? []
      if (isLoopback(ip)) return loopbackClients(view, all, ip)
      if (servicePort === undefined || kind === 'wrong-port') return all
      const { sides = [], edges = [] } = byRanges.get(rangesKey(servicePort)) ?? {}
      const atEdges = servicePort.loadBalancerIPs.includes(ip) ? edges : []
      return [...new Set([...all, ...sides, ...atEdges, ...(backends.get(servicePort) ?? [])])]
    },
  }
}

/** By which interface the packets of each pod's address come in: a bridge hides its ports. */
const interfacesOf = (pods: readonly Pod[], bridge: string | undefined): ReadonlyMap<Ip, string> =>
  new Map(pods.flatMap(pod => pod.addresses.map(ip => [ip, bridge ?? pod.device])))

/** Only the node gets at a loopback address; by one of its own kind where node ports are served. */
function loopbackClients(view: View, all: readonly Client[], ip: Ip): readonly Client[] {
  const node = all.filter(({ kind }) => kind === 'node')
  return servesNodePorts(view, ip) ? [LOCALHOST, ...node] : node
}

/** For each service port the endpoints that some destination may lead back to themselves. */
function hairpinClients(
  { view, destinations, ports }: Occasion,
  interfaces: ReadonlyMap<Ip, string>,
): ReadonlyMap<ServicePort, readonly Client[]> {
  const clients = new Map<Ip, Client>()
  const places = [
    (ip: Ip) => {
      const device = interfaces.get(ip)
      return device && podClient('backend', ip, device)
    },
    // In nftables mode endpoints elsewhere are not masqueraded for their own sake.
    (ip: Ip) =>
      view.mode === 'nftables' || interfaces.has(ip) || isOwn(view, ip)
        ? undefined
        : endpointElsewhere(ip),
  ]
  const promised = groupBy(destinations, ({ servicePort }) => servicePort)
  const firstOf = (port: ServicePort, clientAt: (typeof places)[number]): readonly Client[] => {
    const own = promised.get(port) ?? []
    for (const { ip } of port.endpoints) {
      const found = clientAt(ip)
      const client = found && (clients.get(ip) ?? found)
      if (!client || !own.some(destination => mayLeadTo(view, client, destination))) continue
      clients.set(ip, client)
      return [client]
    }
    return []
  }
  return new Map(ports.map(port => [port, places.flatMap(place => firstOf(port, place))]))
}

function mayLeadTo(view: View, client: Client, destination: Destination): boolean {
  const expected = expect(view, client, destination)
  return expected.verdict === 'backends' && expected.backends.some(({ at }) => at.ip === client.ip)
}
