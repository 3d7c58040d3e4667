import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
  isUnusable,
} from '../../address/address.js'
import { addressOf, stretchOf } from '../../address/ranges.js'
import type { ServicePort } from '../../model/service-port.js'
import { type Client, type ClientKind, type Pod, type Scene, UPLINK } from '../../traffic/packet.js'
import { expect } from '../../traffic/promise/promise.js'
import { isOwn, servesNodePorts, type View } from '../../traffic/promise/view.js'
import { groupBy } from '../../util/collections.js'
import { clientsLeft, type Destination, type LeftOut } from '../check.js'
import {
  type Devices,
  knownAddresses,
  MADE_UP,
  outsideTest,
  ownAddresses,
  podRanges,
  podsOf,
  type SpareAddresses,
} from './addresses.js'

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

const NAMES: Readonly<Record<ClientKind, string>> = {
  outside: 'outside',
  pod: 'pod here',
  'pod-elsewhere': 'pod elsewhere',
  node: 'node',
  backend: 'backend',
}

const clientOf = (kind: ClientKind, ip: Ip, inputInterface: string | undefined): Client => ({
  kind,
  name: `${NAMES[kind]} ${ip}`,
  ip,
  inputInterface,
})

/** A client in a pod of the node: a pod that serves nothing, or a backend. */
export const podClient = (kind: 'pod' | 'backend', ip: Ip, inputInterface: string): Client =>
  clientOf(kind, ip, inputInterface)

/** A client behind the uplink that is no pod. */
const outsideClient = (ip: Ip): Client => clientOf('outside', ip, UPLINK)

/** A pod or host elsewhere that has the address of an endpoint. */
const endpointElsewhere = (ip: Ip): Client => clientOf('pod-elsewhere', ip, UPLINK)

/** The node on its own IPv4 loopback interface. */
const LOCALHOST: Client = clientOf('node', '127.0.0.1' as Ip, undefined)

/** The node itself: its primary address of the family, and one more if it has one. */
const nodeClients = (view: View, family: Family): readonly Client[] =>
  ownAddresses(view, family)
    .slice(0, 2)
    .map(ip => clientOf('node', ip, undefined))

/** An address for a pod of the node: of its pod CIDR, else of the cluster's, else made up. */
function podAddress(view: View, family: Family, spare: SpareAddresses): Ip | undefined {
  const { cluster, here, elsewhere } = podRanges(view, family)
  const isTaken = containedIn([...elsewhere, ...view.cluster.serviceCIDRs])
  return spare([...here, ...cluster, ...MADE_UP[family]], ip => !isTaken(ip))
}

/**
 * Pods of other nodes: one of the cluster CIDR, and one of a pod CIDR that is not in it; none if
 * nothing tells where pods are.
 */
function podsElsewhere(view: View, family: Family, spare: SpareAddresses): readonly Client[] {
  const { cluster, here, elsewhere } = podRanges(view, family)
  const isTaken = containedIn([...here, ...view.cluster.serviceCIDRs])
  const isCluster = containedIn(cluster)
  const startsInCluster = (cidr: Cidr): boolean => isCluster(baseOf(cidr))
  const within = elsewhere.filter(startsInCluster)
  const without = elsewhere.filter(cidr => !startsInCluster(cidr))
  const inside = spare([...within, ...cluster], ip => !isTaken(ip))
  const beside = spare(without, ip => !isTaken(ip) && !isCluster(ip))
  return [inside, beside]
    .filter(ip => ip !== undefined)
    .map(ip => clientOf('pod-elsewhere', ip, UPLINK))
}

const baseOf = (cidr: Cidr): Ip => cidr.slice(0, cidr.indexOf('/')) as Ip

/** Somebody who is neither a pod nor a node; nobody if the ranges of pods leave no address. */
function outsider(view: View, family: Family, spare: SpareAddresses): Client | undefined {
  const ip = spare(MADE_UP[family], outsideTest(view, family))
  return ip && outsideClient(ip)
}

/** Distinct source ranges, as one text. */
const rangesKey = ({ sourceRanges }: ServicePort): string => sourceRanges.join(',')

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
function rangeClients(
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
