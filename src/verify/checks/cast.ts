import { type Family, familyOf, type Ip, isLoopback } from '../../model/address.js'
import type { ServicePort } from '../../model/service-port.js'
import { groupBy } from '../../util/group-by.js'
import type { Destination } from '../check.js'
import { expect } from '../reference/expect.js'
import type { View } from '../reference/view.js'
import { type Client, type Pod, UPLINK } from '../scene.js'
import { nodeClients, outsider, podAddress, podClient, podsElsewhere } from './clients.js'
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
 * ranges, at its load balancer addresses those at their ends too, and the first of its endpoints here
 * that may get its own packets.
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
      if (isLoopback(ip)) return all.filter(client => client.kind === 'node')
      if (servicePort === undefined || kind === 'wrong-port') return all
      const backend = backends.get(servicePort)
      const { sides = [], edges = [] } = byRanges.get(rangesKey(servicePort)) ?? {}
      const atEdges = servicePort.loadBalancerIPs.includes(ip) ? edges : []
      return [...new Set([...all, ...sides, ...atEdges, ...(backend ? [backend] : [])])]
    },
  }
}

/** By which interface the packets of each pod's address come in: a bridge hides its ports. */
const interfacesOf = (pods: readonly Pod[], bridge: string | undefined): ReadonlyMap<Ip, string> =>
  new Map(pods.flatMap(pod => pod.addresses.map(ip => [ip, bridge ?? pod.device])))

/** For each service port the first endpoint here that some destination may lead back to itself. */
function hairpinClients(
  { view, destinations, ports }: Occasion,
  interfaces: ReadonlyMap<Ip, string>,
): ReadonlyMap<ServicePort, Client> {
  const byIp = new Map<Ip, Client>()
  const byPort = new Map<ServicePort, Client>()
  const promised = groupBy(destinations, ({ servicePort }) => servicePort)
  for (const port of ports) {
    const own = promised.get(port) ?? []
    for (const { ip, nodeName } of port.endpoints) {
      const device = nodeName === view.node.name ? interfaces.get(ip) : undefined
      if (device === undefined) continue
      const client = byIp.get(ip) ?? podClient('backend', ip, device)
      if (!own.some(destination => mayLeadTo(view, client, destination))) continue
      byIp.set(ip, client)
      byPort.set(port, client)
      break
    }
  }
  return byPort
}

function mayLeadTo(view: View, client: Client, destination: Destination): boolean {
  const expected = expect(view, client, destination)
  return expected.verdict === 'backends' && expected.backends.some(({ at }) => at.ip === client.ip)
}
