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
import type { Options } from '../../options/table.js'
import { type Pod, UPLINK } from '../../traffic/packet.js'
import { isOwn, type View } from '../../traffic/promise/view.js'

/** Where pods are, as far as the objects and options tell, in one family. */
export interface PodRanges {
  readonly cluster: readonly Cidr[]
  /** Of the node. */
  readonly here: readonly Cidr[]
  /** Of other nodes. */
  readonly elsewhere: readonly Cidr[]
}

export function podRanges({ cluster, node, settings }: View, family: Family): PodRanges {
  const ofFamily = (cidrs: readonly Cidr[]): readonly Cidr[] =>
    cidrs.filter(cidr => familyOf(cidr) === family)
  const others = cluster.nodes.filter(({ name }) => name !== node.name)
  return {
    cluster: ofFamily(settings.localTraffic.clusterCIDRs),
    here: ofFamily(node.podCIDRs),
    elsewhere: others.flatMap(({ podCIDRs }) => ofFamily(podCIDRs)),
  }
}

/** A test for addresses that are neither where pods nor where ClusterIPs are. */
export function outsideTest(view: View, family: Family): (ip: Ip) => boolean {
  const { cluster, here, elsewhere } = podRanges(view, family)
  const isInside = containedIn([...cluster, ...here, ...elsewhere, ...view.cluster.serviceCIDRs])
  return ip => !isInside(ip)
}

/** Where addresses are taken from that nothing says anything about; many, in case some are in use. */
export const MADE_UP: Readonly<Record<Family, readonly Cidr[]>> = {
  IPv4: ['192.0.2.0/24', '198.18.0.0/15', '100.64.0.0/10', '10.0.0.0/8', '200.0.0.0/6'] as Cidr[],
  IPv6: ['2001:db8::/32', 'fd00::/8', '2000::/3'] as Cidr[],
}

/** The addresses of the node that can be sent to, of one family, its primary one first. */
export function ownAddresses({ node }: View, family: Family): readonly Ip[] {
  const first = node.primary[family]
  const all = first === undefined ? node.addresses : [first, ...node.addresses]
  return [...new Set(all)].filter(ip => familyOf(ip) === family && !isUnusable(ip))
}

/** Every address that the objects name: no client may have one of them. */
export function knownAddresses({ cluster, node }: View): readonly Ip[] {
  const ports = [...cluster.ports.IPv4, ...cluster.ports.IPv6]
  return [
    ...node.addresses,
    ...cluster.nodes.flatMap(({ addresses }) => addresses),
    ...ports.flatMap(({ clusterIP, externalIPs, loadBalancerIPs, endpoints }) => [
      ...(clusterIP === undefined ? [] : [clusterIP]),
      ...externalIPs,
      ...loadBalancerIPs,
      ...endpoints.map(({ ip }) => ip),
    ]),
  ]
}

/**
 * Hands out an address of the first of some ranges that has one which fits, and none twice;
 * `undefined` where it finds none.
 */
export type SpareAddresses = (ranges: readonly Cidr[], fits: (ip: Ip) => boolean) => Ip | undefined

/** Addresses that nobody has, always the same ones for the same questions. */
export function spareAddresses(taken: Iterable<Ip>): SpareAddresses {
  const used = new Set(taken)
  return (ranges, fits) => {
    for (const range of ranges) {
      for (const number of candidates(range)) {
        const ip = addressOf(familyOf(range), number)
        if (used.has(ip) || isUnusable(ip) || !fits(ip)) continue
        used.add(ip)
        return ip
      }
    }
    return undefined
  }
}

/** Ranges as small as this are looked through as a whole, others in some of their parts. */
const SMALL = 1024n
const PARTS = 64n
/** Not the first: those are taken most often. */
const OFFSET = 200n

function* candidates(range: Cidr): Generator<bigint> {
  const { first, last } = stretchOf(range)
  const size = last - first + 1n
  const parts = size <= SMALL ? 1n : PARTS
  const width = size / parts
  const tries = parts === 1n ? width : SMALL / PARTS
  for (let part = 0n; part < parts; part++) {
    for (let step = 0n; step < tries; step++) {
      const number = first + part * width + ((OFFSET + step) % width)
      // A network's own address and its broadcast address are nobody's.
      if (size <= 2n || (number !== first && number !== last)) yield number
    }
  }
}

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

const LONGEST = 15
// The last two stand for all interfaces among the kernel's settings.
const FOREIGN = new Set([UPLINK, 'lo', 'all', 'default'])
/** The kernel refuses names with a colon, which are those of address labels. */
const isPossible = (name: string): boolean =>
  name !== '' && name.length <= LONGEST && !name.includes(':') && !FOREIGN.has(name)

/** Names for the interfaces of a node. */
export interface Devices {
  /** The pods' bridge; absent where none is asked for, or none can have the name asked for. */
  readonly bridge: string | undefined
  /** A name for the end of a pod's cable, another one at each call. */
  readonly next: () => string
}

/**
 * Devices as the detection of local traffic asks for them. Where no name is left that begins with the
 * prefix, others are given, and their pods do not count as pods.
 */
export function devicesFor({ plan }: Pick<Options, 'plan'>): Devices {
  const { mode, bridgeInterface, interfaceNamePrefix } = plan.localTraffic
  const isBridged = mode === 'BridgeInterface' && isPossible(bridgeInterface)
  const bridge = isBridged ? bridgeInterface : undefined
  const isAsked = mode === 'InterfaceNamePrefix' && interfaceNamePrefix !== ''
  const names = deviceNames(isAsked ? [interfaceNamePrefix, DEFAULT] : [DEFAULT], bridge)
  return { bridge, next: () => names.next().value ?? '' }
}

const DEFAULT = 'veth'

function* deviceNames(
  prefixes: readonly string[],
  bridge: string | undefined,
): Generator<string, undefined> {
  for (const prefix of prefixes) {
    for (let number = 1; ; number++) {
      const name = `${prefix}${number.toString(36)}`
      if (name.length > LONGEST || name.includes(':')) break
      if (isPossible(name) && name !== bridge) yield name
    }
  }
  return undefined
}
