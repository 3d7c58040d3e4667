import { containedIn, type Family, familyOf, type Ip, isLoopback } from '../../address/address.js'
import type { Cluster } from '../../model/cluster.js'
import type { Node } from '../../model/node.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Options } from '../../options/table.js'
import type { Client, Place, ProbeProtocol } from '../scene.js'

// The reference: what kube-proxy's documents say of a packet, straight from the objects. It shares
// nothing with the plan and the layouts, whose second opinion it is.

/** Who sends, as far as the answer depends on it. */
export type Sender = Pick<Client, 'ip' | 'inputInterface'>

/** What decides about a packet at one node. */
export interface View {
  readonly cluster: Cluster
  readonly node: Node
  readonly mode: Options['proxyMode']
  readonly settings: Options['plan']
  readonly owners: Owners
}

/** Which service port a destination belongs to. */
interface Owners {
  readonly addresses: ReadonlyMap<string, Owner>
  readonly nodePorts: ReadonlyMap<string, Owner>
  /** Of all Services, also of those without endpoints. */
  readonly clusterIPs: ReadonlySet<Ip>
}

/** A service port, and which of its two traffic policies a destination is under. */
export interface Owner {
  readonly port: ServicePort
  readonly policy: 'internal' | 'external'
}

/** Looks the objects over once for all packets. */
export function viewOf(
  cluster: Cluster,
  node: Node,
  { plan: settings, proxyMode: mode }: Pick<Options, 'plan' | 'proxyMode'>,
): View {
  const addresses = new Map<string, Owner>()
  const nodePorts = new Map<string, Owner>()
  const clusterIPs = new Set<Ip>()
  for (const port of [...cluster.ports.IPv4, ...cluster.ports.IPv6]) {
    const { clusterIP, externalIPs, loadBalancerIPs, nodePort, family } = port
    const at = (ip: Ip): string => placeKey({ ip, port: port.port, protocol: protocolOf(port) })
    const external: Owner = { port, policy: 'external' }
    for (const ip of [...externalIPs, ...loadBalancerIPs]) addresses.set(at(ip), external)
    if (clusterIP !== undefined) {
      clusterIPs.add(clusterIP)
      addresses.set(at(clusterIP), { port, policy: 'internal' })
    }
    if (nodePort !== undefined)
      nodePorts.set(nodePortKey(family, nodePort, protocolOf(port)), external)
  }
  return { cluster, node, mode, settings, owners: { addresses, nodePorts, clusterIPs } }
}

/** A key for places: equal for equal ones. */
export const placeKey = ({ ip, port, protocol }: Place): string => `${ip} ${port}/${protocol}`

const nodePortKey = (family: Family, port: number, protocol: ProbeProtocol): string =>
  `${family} ${port}/${protocol}`

/** The protocol of a service port as probes speak it. */
export const protocolOf = ({ protocol }: ServicePort): ProbeProtocol =>
  protocol.toLowerCase() as ProbeProtocol

/** The service port that has this ClusterIP, external IP or load balancer address with this port. */
export const addressOwner = ({ owners }: View, place: Place): Owner | undefined =>
  owners.addresses.get(placeKey(place))

/** The service port of this node port number, whether or not the address serves node ports. */
export const nodePortOwner = ({ owners }: View, { ip, port, protocol }: Place): Owner | undefined =>
  owners.nodePorts.get(nodePortKey(familyOf(ip), port, protocol))

/** Whether an address is the node's own; loopback addresses are, listed or not. */
export const isOwn = ({ node }: View, ip: Ip): boolean =>
  node.addresses.includes(ip) || isLoopback(ip)

/** Whether the node itself sends: its packets come in by no interface. */
export const isNode = ({ inputInterface }: Sender): boolean => inputInterface === undefined

/** Whether an address lies in a range that ClusterIPs come from. */
export const inServiceCIDR = ({ cluster }: View, ip: Ip): boolean =>
  containedIn(cluster.serviceCIDRs)(ip)
