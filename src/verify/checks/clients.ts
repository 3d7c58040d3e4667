import { type Cidr, containedIn, type Family, type Ip } from '../../address/address.js'
import { type Client, type ClientKind, UPLINK } from '../../traffic/packet.js'
import type { View } from '../../traffic/promise/view.js'
import { MADE_UP, outsideTest, ownAddresses, podRanges } from './address-ranges.js'
import type { SpareAddresses } from './spare-addresses.js'

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
export const outsideClient = (ip: Ip): Client => clientOf('outside', ip, UPLINK)

/** A pod or host elsewhere that has the address of an endpoint. */
export const endpointElsewhere = (ip: Ip): Client => clientOf('pod-elsewhere', ip, UPLINK)

/** The node on its own IPv4 loopback interface. */
export const LOCALHOST: Client = clientOf('node', '127.0.0.1' as Ip, undefined)

/** The node itself: its primary address of the family, and one more if it has one. */
export const nodeClients = (view: View, family: Family): readonly Client[] =>
  ownAddresses(view, family)
    .slice(0, 2)
    .map(ip => clientOf('node', ip, undefined))

/** An address for a pod of the node: of its pod CIDR, else of the cluster's, else made up. */
export function podAddress(view: View, family: Family, spare: SpareAddresses): Ip | undefined {
  const { cluster, here, elsewhere } = podRanges(view, family)
  const isTaken = containedIn([...elsewhere, ...view.cluster.serviceCIDRs])
  return spare([...here, ...cluster, ...MADE_UP[family]], ip => !isTaken(ip))
}

/**
 * Pods of other nodes: one of the cluster CIDR, and one of a pod CIDR that is not in it; none if
 * nothing tells where pods are.
 */
export function podsElsewhere(
  view: View,
  family: Family,
  spare: SpareAddresses,
): readonly Client[] {
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
export function outsider(view: View, family: Family, spare: SpareAddresses): Client | undefined {
  const ip = spare(MADE_UP[family], outsideTest(view, family))
  return ip && outsideClient(ip)
}
