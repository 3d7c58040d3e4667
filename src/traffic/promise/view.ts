import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
} from '../../address/address.js'
import type { Cluster } from '../../model/cluster.js'
import type { Node } from '../../model/node.js'
import type { FrontendKind, ServicePort, TrafficPolicy } from '../../model/service-port.js'
import type { Options } from '../../options/table.js'
import { assertNever } from '../../util/errors.js'
import type { Client, Place, ProbeProtocol } from '../packet.js'

// The reference: what kube-proxy's documents say of a packet, straight from the objects. It shares
// nothing with the plan and the layouts, whose second opinion it is.

/** Who sends, as far as the answer depends on it. */
export interface Sender extends Pick<Client, 'ip' | 'inputInterface'> {
  /** Its source port; absent where it may be any. */
  readonly port?: number
}

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

/** A destination of a service port, and which of the port's two traffic policies it is under. */
export interface Owner {
  readonly port: ServicePort
  readonly policy: 'internal' | 'external'
  readonly kind: FrontendKind
}

/** The traffic policy of a destination. */
export const policyOf = ({ port, policy }: Owner): TrafficPolicy =>
  policy === 'internal' ? port.internalPolicy : port.externalPolicy

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
    const external = (kind: FrontendKind): Owner => ({ port, policy: 'external', kind })
    for (const ip of loadBalancerIPs) addresses.set(at(ip), external('load-balancer-ip'))
    for (const ip of externalIPs) addresses.set(at(ip), external('external-ip'))
    if (clusterIP !== undefined) {
      clusterIPs.add(clusterIP)
      addresses.set(at(clusterIP), { port, policy: 'internal', kind: 'cluster-ip' })
    }
    if (nodePort !== undefined)
      nodePorts.set(nodePortKey(family, nodePort, protocolOf(port)), external('node-port'))
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

/**
 * Whether an address serves node ports: one of the node's, in a CIDR of --nodeport-addresses, where
 * `primary` is the node's primary address. If nothing in the list is of the family, every address of
 * the node does. Of the loopback addresses all do where localhost is open to every address, and that
 * of the interface where the list holds it.
 */
export function servesNodePorts(view: View, ip: Ip): boolean {
  if (!isOwn(view, ip)) return false
  const cidrs = cidrsOf(view, familyOf(ip))
  const isServed = isAll(cidrs) || containedIn(cidrs)(ip)
  if (!isLoopback(ip)) return isServed
  return isServed && isLocalhostOpen(view, familyOf(ip)) && (isAll(cidrs) || ip === LOCALHOST)
}

/** Whether node ports are to work on localhost: of IPv4 alone, where the list holds any part of it. */
export function isLocalhostOpen(view: View, family: Family): boolean {
  if (!view.settings.localhostNodePorts || family !== 'IPv4') return false
  const cidrs = cidrsOf(view, family)
  return (
    isAll(cidrs) ||
    cidrs.some(cidr => containedIn([cidr])(LOCALHOST) || containedIn([LOOPBACK])(baseOf(cidr)))
  )
}

const LOCALHOST = '127.0.0.1' as Ip
const LOOPBACK = '127.0.0.0/8' as Cidr

const isAll = (cidrs: readonly Cidr[]): boolean =>
  cidrs.length === 0 || cidrs.some(cidr => cidr.endsWith('/0'))

const baseOf = (cidr: Cidr): Ip => cidr.slice(0, cidr.indexOf('/')) as Ip

function cidrsOf({ node, settings }: View, family: Family): readonly Cidr[] {
  const primary = node.primary[family]
  const words: Readonly<Record<string, string | undefined>> = {
    primary: primary && `${primary}${family === 'IPv4' ? '/32' : '/128'}`,
    all: family === 'IPv4' ? '0.0.0.0/0' : '::/0',
    localhost: family === 'IPv4' ? '127.0.0.0/8' : '::1/128',
  }
  return settings.nodePortAddresses
    .flatMap(entry => (entry.includes('/') ? entry : (words[entry] ?? [])))
    .map(text => text as Cidr)
    .filter(cidr => familyOf(cidr) === family)
}

/**
 * Whether `loadBalancerSourceRanges` keep a sender out. They bind load balancer addresses alone, and
 * hold for pods and the node too; in nftables mode also without endpoints, in iptables mode not where
 * the address is an external IP as well. Where a range holds the node's primary address, the load
 * balancer addresses themselves may send: some clouds put them on the node.
 */
export function isBarred(view: View, { ip }: Sender, to: Place): boolean {
  const port = addressOwner(view, to)?.port
  if (port === undefined || !isFenced(view, to)) return false
  const { externalIPs, loadBalancerIPs, sourceRanges } = port
  if (view.mode === 'iptables' && externalIPs.includes(to.ip)) return false
  const isAllowed = containedIn(sourceRanges)
  const primary = view.node.primary[familyOf(to.ip)]
  const allowsItself = primary !== undefined && isAllowed(primary)
  return !isAllowed(ip) && !(allowsItself && loadBalancerIPs.includes(ip))
}

/** Whether a place is a load balancer address with source ranges. */
export function isFenced(view: View, to: Place): boolean {
  const owner = addressOwner(view, to)
  if (owner?.policy !== 'external') return false
  const { loadBalancerIPs, sourceRanges } = owner.port
  return loadBalancerIPs.includes(to.ip) && sourceRanges.length > 0
}

/** Whether a sender counts as a pod of the cluster, and by what: words for a reason. */
export interface Standing {
  /** `undefined` if the node cannot tell. */
  readonly isPod: boolean | undefined
  readonly because: string
}

/**
 * How the node tells pods from others, in its four modes. Where the datum of the mode is missing for
 * the family it cannot, and of several CIDRs of a family only the first counts.
 */
export function standingOf({ settings, node }: View, sender: Sender): Standing {
  const { mode, clusterCIDRs, bridgeInterface, interfaceNamePrefix } = settings.localTraffic
  switch (mode) {
    case 'ClusterCIDR':
      return byAddress(clusterCIDRs, 'the cluster CIDR', sender)
    case 'NodeCIDR':
      return byAddress(node.podCIDRs, 'the pod CIDR of the node', sender)
    case 'BridgeInterface':
      return byInterface(bridgeInterface, '', sender)
    case 'InterfaceNamePrefix':
      return byInterface(interfaceNamePrefix, '*', sender)
    default:
      return assertNever(mode, 'mode')
  }
}

const UNKNOWN: Standing = { isPod: undefined, because: 'the node cannot tell pods from others' }

function byAddress(cidrs: readonly Cidr[], name: string, { ip }: Sender): Standing {
  const cidr = cidrs.find(one => familyOf(one) === familyOf(ip))
  if (cidr === undefined) return UNKNOWN
  const isPod = containedIn([cidr])(ip)
  return { isPod, because: `${ip} is ${isPod ? 'in' : 'outside'} ${name} ${cidr}` }
}

/** @param star what stands for any ending of the name: `*`, or nothing */
function byInterface(name: string, star: '*' | '', { inputInterface }: Sender): Standing {
  if (name === '') return UNKNOWN
  if (inputInterface === undefined) return { isPod: false, because: 'the node itself sends' }
  const isPod = star === '*' ? inputInterface.startsWith(name) : inputInterface === name
  const relation = isPod ? '' : 'not '
  return {
    isPod,
    because: `came by ${inputInterface}, ${relation}the pods' interface ${name}${star}`,
  }
}
