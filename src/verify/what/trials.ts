import type { Family, Ip } from '../../address/address.js'
import type { Cluster } from '../../model/cluster.js'
import type { Node } from '../../model/node.js'
import { displayName, type ServicePort } from '../../model/service-port.js'
import type { Options } from '../../options/table.js'
import type { Place, Scene } from '../../traffic/packet.js'
import { expect } from '../../traffic/promise/promise.js'
import { placeKey, protocolOf, type View, viewOf } from '../../traffic/promise/view.js'
import { type Check, type Destination, distinctLeft, familyLeft, type LeftOut } from '../check.js'
import {
  devicesFor,
  endpointPlaces,
  knownAddresses,
  ownAddresses,
  spareAddresses,
} from './addresses.js'
import { castFor } from './clients.js'
import { besideServices, destinationsOf, distinct, untriable } from './destinations.js'

/** How much shall be tried. */
export interface Limits {
  /** Beyond so many destinations only some of the service ports are tried. */
  readonly maxDestinations: number
}

/** What to try, and the scene to try it in. */
export interface Trials {
  readonly scene: Scene
  /** By destination, in the order of the cluster's service ports, then by client. */
  readonly checks: readonly Check[]
  /** What cannot be tried, and why. */
  readonly left: readonly LeftOut[]
  /** How many destinations are tried of how many; absent where it is all. */
  readonly sampled: { readonly tried: number; readonly of: number } | undefined
}

/**
 * What can be tried of all that the objects promise at a node: from every kind of client to every
 * destination of a service port, and to those that no Service has. The same objects give the same
 * checks in the same order.
 */
export function sceneOf(
  cluster: Cluster,
  node: Node,
  options: Pick<Options, 'plan' | 'proxyMode' | 'families' | 'nodePortRange'>,
  { maxDestinations }: Limits,
): Trials {
  const view = viewOf(cluster, node, options)
  const families = options.families.filter(family => ownAddresses(view, family).length > 0)
  const own = families.flatMap(family => ownAddresses(view, family))
  const all = families.flatMap(family => cluster.ports[family])
  const spare = spareAddresses(knownAddresses(view))
  const beside = families.flatMap(family =>
    besideServices(view, options, ownAddresses(view, family), all, spare),
  )
  const most = Math.max(1, maxDestinations - beside.length)
  const { ports, destinations, of } = sampleDestinations(view, all, own, most)
  const devices = devicesFor(options)
  const { here, elsewhere } = endpointPlaces(view, ports)
  const cast = castFor({ view, families, destinations, ports, here, devices, spare })
  const { checks, left } = checksOf(view, [...destinations, ...beside], cast.clientsFor)
  const scene = {
    node: { name: node.name, addresses: own },
    pods: cast.pods,
    bridge: devices.bridge,
    beyond: [...new Set([...elsewhere, ...cast.beyond.map(({ ip }) => ip)])],
    listeners: listenersOf(checks, ports),
  }
  const isAll = destinations.length === of
  const sampled = { tried: destinations.length + beside.length, of: of + beside.length }
  return {
    scene,
    checks,
    left: distinctLeft([...leftOfNode(view, options.families, own), ...cast.left, ...left]),
    sampled: isAll ? undefined : sampled,
  }
}

type ClientsFor = ReturnType<typeof castFor>['clientsFor']

function checksOf(
  view: View,
  destinations: readonly Destination[],
  clientsFor: ClientsFor,
): Pick<Trials, 'checks' | 'left'> {
  const checks: Check[] = []
  const left: LeftOut[] = []
  for (const destination of destinations) {
    for (const client of clientsFor(destination)) {
      const check = { client, destination, expected: expect(view, client, destination) }
      const because = untriable(view, check)
      if (because === undefined) checks.push(check)
      else left.push({ what: nameOf(destination), because })
    }
  }
  return { checks, left }
}

const nameOf = ({ ip, port, protocol, servicePort }: Destination): string => {
  const place = `${ip} port ${port}/${protocol}`
  return servicePort === undefined ? place : `${displayName(servicePort)} at ${place}`
}

function leftOfNode(view: View, wanted: readonly Family[], own: readonly Ip[]): LeftOut[] {
  const { node, cluster } = view
  const hidden = node.addresses.filter(ip => !own.includes(ip))
  const because = 'packets cannot be sent to it from elsewhere'
  return [
    ...wanted
      .filter(family => ownAddresses(view, family).length === 0 && cluster.ports[family].length > 0)
      .map(family => familyLeft(family, node)),
    ...hidden
      .filter(ip => wanted.some(family => (family === 'IPv6') === ip.includes(':')))
      .map(ip => ({ what: `the address ${ip} of the node`, because })),
  ]
}

/** Whoever a packet finds: by the rules, or where a rule is missing. */
function listenersOf(checks: readonly Check[], ports: readonly ServicePort[]): readonly Place[] {
  const places = [
    ...ports.flatMap(port =>
      port.endpoints.map(one => ({ ip: one.ip, port: one.port, protocol: protocolOf(port) })),
    ),
    ...checks.map(({ destination }) => destination),
  ].map(({ ip, port, protocol }): Place => ({ ip, port, protocol }))
  return [...new Map(places.map(place => [placeKey(place), place])).values()]
}

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
function sampleDestinations(
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
