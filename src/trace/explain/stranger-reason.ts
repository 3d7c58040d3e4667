import { containedIn, type Ip, isLoopback, parseIp } from '../../address/address.js'
import type { Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { HEADLESS_LABEL, isOtherProxys, labelOf, PROXY_NAME_LABEL } from '../../model/labels.js'
import type { Node } from '../../model/node.js'
import { clusterIPsOf, displayName, type ServicePort } from '../../model/service-port.js'
import type { Plan } from '../../plan/plan.js'
import { quote, someOf } from '../../util/text.js'
import type { Packet } from '../packet.js'
import { servesNodePorts } from './destination.js'
import type { Reason } from './reason.js'

/** What the objects tell beside the plan of one node. */
export interface Known {
  /** Every valid Service, those that no rules are made for among them. */
  readonly services: readonly InputObject<Service>[]
  readonly nodes: readonly Node[]
}

/** The reason why no frontend is there for a packet, the most telling first. */
export function strangerReason(plan: Plan, known: Known, packet: Packet): Reason {
  return (
    wrongPort(plan, packet) ??
    otherProxy(plan, known, packet) ??
    proxyIngress(known, packet) ??
    nodePort(plan, packet) ??
    unallocated(plan, packet) ??
    someHost(plan, known, packet)
  )
}

const portOf = ({ protocol, dport }: Packet): string =>
  dport === undefined ? protocol : `${dport}/${protocol.toUpperCase()}`

/** `80/TCP (http), 443/TCP (https)`. */
const portsText = (ports: readonly ServicePort[]): string =>
  someOf(
    ports.map(({ port, protocol, portName }) =>
      portName === '' ? `${port}/${protocol}` : `${port}/${protocol} (${portName})`,
    ),
  )

const KINDS = [
  ['a ClusterIP', ({ clusterIP }, ip) => clusterIP === ip],
  ['an external IP', ({ externalIPs }, ip) => externalIPs.includes(ip)],
  ['a load balancer IP', ({ loadBalancerIPs }, ip) => loadBalancerIPs.includes(ip)],
] as const satisfies readonly (readonly [string, (port: ServicePort, ip: Ip) => boolean])[]

function wrongPort({ ports }: Plan, packet: Packet): Reason | undefined {
  const { daddr, protocol } = packet
  for (const [kind, has] of KINDS) {
    const owning = ports.map(({ port }) => port).filter(port => has(port, daddr))
    const [first] = owning
    if (first === undefined) continue
    const name = `${first.namespace}/${first.name}`
    const what = `${daddr} is ${kind} of ${name}, which has ports ${portsText(owning)}`
    const end =
      kind === 'a ClusterIP'
        ? protocol === 'icmp'
          ? '; everything else, a ping too, is refused'
          : ` and not ${portOf(packet)}`
        : `; other ports are left alone, such as ${portOf(packet)}`
    const code = protocol === 'icmp' ? 'not-a-port' : 'wrong-port'
    return { code, text: `${what}${end}`, port: first, path: ['spec', 'ports'] }
  }
  return undefined
}

function otherProxy(plan: Plan, { services }: Known, { daddr }: Packet): Reason | undefined {
  const service = services.find(
    one => isOtherProxys(one.value.metadata) && clusterIPsOf(one).some(({ ip }) => ip === daddr),
  )
  if (service === undefined) return undefined
  const { metadata } = service.value
  const proxy = labelOf(metadata, PROXY_NAME_LABEL)
  const label = proxy === undefined ? HEADLESS_LABEL : `${PROXY_NAME_LABEL}: ${quote(proxy)}`
  const end = containedIn(plan.serviceCIDRs)(daddr)
    ? 'here its ClusterIP is one that no Service has, and dropped'
    : 'no rules here are for it'
  return {
    code: 'other-proxy',
    text: `${daddr} is a ClusterIP of ${service.namespace}/${service.name}, which the label ${label} gives to another proxy: ${end}`,
    subject: service,
    path: ['metadata', 'labels'],
  }
}

function proxyIngress({ services }: Known, { daddr }: Packet): Reason | undefined {
  for (const service of services) {
    const ingress = service.value.status?.loadBalancer?.ingress ?? []
    const index = ingress.findIndex(
      ({ ip = '', ipMode }) => ipMode === 'Proxy' && parseIp(ip)?.ip === daddr,
    )
    if (index < 0) continue
    return {
      code: 'ip-mode-proxy',
      text: `${daddr} is a load balancer IP of ${service.namespace}/${service.name} in ipMode Proxy: its traffic goes to the load balancer`,
      subject: service,
      path: ['status', 'loadBalancer', 'ingress', index],
    }
  }
  return undefined
}

/** A node port that is served, but not at this address or not in this protocol. */
function nodePort(plan: Plan, packet: Packet): Reason | undefined {
  const { daddr, dport } = packet
  const { node, nodePorts } = plan
  if (!node.addresses.includes(daddr) && !isLoopback(daddr)) return undefined
  const owner = plan.ports.find(({ port }) => port.nodePort === dport && dport !== undefined)?.port
  if (owner === undefined) return undefined
  const what = `node port ${dport}/${owner.protocol} of ${displayName(owner)}`
  const at = { port: owner, path: ['spec', 'ports', owner.index, 'nodePort'] }
  if (servesNodePorts(plan, daddr)) {
    return { code: 'node-port-protocol', text: `${what} is not for ${portOf(packet)}`, ...at }
  }
  if (isLoopback(daddr)) {
    const text = `${what} is not served on ${daddr}: node ports are not on loopback addresses`
    return { code: 'node-port-elsewhere', text, ...at }
  }
  const ips = nodePorts.kind === 'listed' ? nodePorts.ips : []
  const where =
    ips.length === 0
      ? '--nodeport-addresses fit no address of this node'
      : `--nodeport-addresses serve it on ${someOf(ips)}`
  return { code: 'node-port-elsewhere', text: `${what} is not served on ${daddr}: ${where}`, ...at }
}

function unallocated({ serviceCIDRs }: Plan, { daddr }: Packet): Reason | undefined {
  const cidr = serviceCIDRs.find(one => containedIn([one])(daddr))
  if (cidr === undefined) return undefined
  return {
    code: 'unallocated',
    text: `${daddr} lies in the service CIDR ${cidr}, and no Service has it`,
  }
}

/** Addresses of hosts, or of nobody here. */
function someHost(plan: Plan, { nodes }: Known, packet: Packet): Reason {
  const { daddr } = packet
  if (plan.node.addresses.includes(daddr) || isLoopback(daddr)) {
    const text = `${daddr} is this node itself, and ${portOf(packet)} is no node port`
    return { code: 'this-node', text }
  }
  const other = nodes.find(({ addresses }) => addresses.includes(daddr))
  if (other) {
    const text = `${daddr} is node ${other.name}: the packet goes there, and that node decides`
    return { code: 'other-node', text }
  }
  for (const { port } of plan.ports) {
    const endpoint = port.endpoints.find(({ ip }) => ip === daddr)
    if (endpoint === undefined) continue
    const text = `${daddr} is an endpoint of ${displayName(port)}: packets to it go there directly`
    return { code: 'endpoint', text }
  }
  return { code: 'no-service', text: `no Service has the destination ${daddr}` }
}
