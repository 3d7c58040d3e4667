import { isIPv6 } from 'node:net'
import { fraction, type Packet } from '../../src/traffic/packet.js'
import type { ClusterOptions } from '../arbitrary/options.js'
import { type Summary, shareText } from '../trace/summary.js'
import { type Choice, endpointsOf } from './endpoints.js'
import { type Objects, type Port, type Service, within } from './objects.js'

// What kube-proxy's documents say of a packet, straight from the objects: a second opinion, which
// knows nothing of plans, rules and hooks. Clients of session affinity are on record nowhere.

/** What the reference knows of the node and the sender when it judges a packet. */
interface View {
  readonly objects: Objects
  readonly options: ClusterOptions
  readonly packet: Packet
  readonly family: 'IPv4' | 'IPv6'
  readonly primary: string | undefined
  readonly isOwn: (address: string) => boolean
  /** Whether node ports are served at the packet's destination. */
  readonly servesNodePorts: boolean
  /** Whether the sender counts as a pod; `undefined` if that cannot be told. */
  readonly isPod: boolean | undefined
}

/** What becomes of a packet, as `summaryOf` words it. */
export function expectedTraffic(
  objects: Objects,
  options: ClusterOptions,
  packet: Packet,
): Summary {
  const view = viewOf(objects, options, packet)
  const services = objects.services.flatMap(service => {
    const clusterIP = service.spec.clusterIPs.find(ip => isIPv6(ip) === isIPv6(packet.daddr))
    return clusterIP === undefined ? [] : [{ service, clusterIP, vips: vipsOf(service) }]
  })
  const ports = services.flatMap(one =>
    one.service.spec.ports
      .filter(({ protocol }) => protocol.toLowerCase() === packet.protocol)
      .map(port => ({ ...one, port })),
  )
  const { daddr, dport } = packet
  const addressed = ports.filter(({ port }) => port.port === dport)
  for (const { service, vips } of addressed) {
    if (vips.includes(daddr) && !isAllowed(view, service, vips)) return { drop: '1' }
  }
  for (const { service, clusterIP, vips, port } of addressed) {
    if (daddr === clusterIP) return internal(view, service, port)
    if ([...vips, ...(service.spec.externalIPs ?? [])].includes(daddr)) {
      return external(view, service, port)
    }
  }
  for (const { service, port } of ports) {
    if (view.servesNodePorts && port.nodePort === dport) return external(view, service, port)
  }
  if (services.some(({ clusterIP }) => clusterIP === daddr)) return { reject: '1' }
  return within(daddr, options['service-cidr']) ? { drop: '1' } : { untouched: '1' }
}

const vipsOf = ({ status }: Service): string[] =>
  (status.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode = 'VIP' }) =>
    ip !== undefined && ipMode === 'VIP' ? [ip] : [],
  )

function viewOf(objects: Objects, options: ClusterOptions, packet: Packet): View {
  const isSame = (address: string): boolean => address.includes(':') === isIPv6(packet.daddr)
  const { status, spec } = objects.node
  const internal = status.addresses.flatMap(({ type, address }) =>
    type === 'InternalIP' && isSame(address) ? [address] : [],
  )
  const [primary] = internal
  const own = [...internal, ...options['node-addresses']]
  const pods = options['detect-local-mode'] === 'NodeCIDR' ? spec.podCIDRs : options['cluster-cidr']
  return {
    objects,
    options,
    packet,
    family: isIPv6(packet.daddr) ? 'IPv6' : 'IPv4',
    primary,
    isOwn: address => own.includes(address) || within(address, ['127.0.0.0/8', '::1/128']),
    servesNodePorts: own.includes(packet.daddr) && acceptsNodePorts(),
    isPod: isPod(options, packet, pods.find(isSame)),
  }

  function acceptsNodePorts(): boolean {
    const cidrs = options['nodeport-addresses']
      .flatMap(entry => (entry === 'all' ? ['0.0.0.0/0', '::/0'] : entry))
      .filter(entry => entry.includes('/') && isSame(entry))
    const isPrimary = options['nodeport-addresses'].includes('primary') && primary !== undefined
    if (cidrs.length === 0 && !isPrimary) return true
    return within(packet.daddr, cidrs) || (isPrimary && packet.daddr === primary)
  }
}

function isPod(
  options: ClusterOptions,
  { saddr, inputInterface = '' }: Packet,
  cidr: string | undefined,
): boolean | undefined {
  const { 'pod-bridge-interface': bridge, 'pod-interface-name-prefix': prefix } = options
  switch (options['detect-local-mode']) {
    case 'BridgeInterface':
      return bridge === '' ? undefined : inputInterface === bridge
    case 'InterfaceNamePrefix':
      return prefix === '' ? undefined : inputInterface.startsWith(prefix)
    default:
      return cidr === undefined ? undefined : within(saddr, [cidr])
  }
}

/** Source ranges of the family; a node inside them may use the load balancer addresses as its own. */
function isAllowed({ packet, family, primary }: View, service: Service, vips: string[]): boolean {
  const ranges = (service.spec.loadBalancerSourceRanges ?? []).filter(
    range => range.includes(':') === (family === 'IPv6'),
  )
  if (ranges.length === 0 || within(packet.saddr, ranges)) return true
  return primary !== undefined && within(primary, ranges) && vips.includes(packet.saddr)
}

function internal(view: View, service: Service, port: Port): Summary {
  const { cluster, local } = endpointsOf(view.objects, service, port, view.family, view.packet)
  if (cluster.length === 0) return { reject: '1' }
  const list = service.spec.internalTrafficPolicy === 'Local' ? local : cluster
  return spread(view, list, view.options['masquerade-all'] || view.isPod === false)
}

function external(view: View, service: Service, port: Port): Summary {
  const { cluster, local } = endpointsOf(view.objects, service, port, view.family, view.packet)
  if (cluster.length === 0) return { reject: '1' }
  if (service.spec.externalTrafficPolicy !== 'Local') return spread(view, cluster, true)
  if (view.isPod === true) return spread(view, cluster, false)
  return view.isOwn(view.packet.saddr) ? spread(view, cluster, true) : spread(view, local, false)
}

/** The shares of a list; a Local policy with an empty one drops. */
function spread(view: View, list: readonly Choice[], isMarked: boolean): Summary {
  const { saddr, inputInterface } = view.packet
  if (list.length === 0) return { drop: '1' }
  const ends = list.map(({ ip, port, isHere, weight, total }) => {
    // What comes in for the node itself does not pass where masquerade is done.
    const leaves = inputInterface === undefined || !view.isOwn(ip)
    const masqueraded = leaves && (isMarked || (isHere && ip === saddr))
    return [`${ip}:${port}${masqueraded ? ' masqueraded' : ''}`, fraction(weight, total)] as const
  })
  return Object.fromEntries(
    ends
      .filter(([, { numerator }]) => numerator > 0)
      .map(([end, share]) => [end, shareText(share)]),
  )
}
