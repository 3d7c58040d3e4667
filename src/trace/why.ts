import { type Cidr, containedIn, type Ip, isLoopback, parseIp } from '../address/address.js'
import type { FieldPath, Subject } from '../diagnostics/diagnostic.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { Endpoint } from '../model/endpoint.js'
import { isOtherProxys, labelOf, PROXY_NAME_LABEL } from '../model/labels.js'
import type { Node } from '../model/node.js'
import { clusterIPsOf, displayName, type ServicePort } from '../model/service-port.js'
import { isOn, isUsable } from '../plan/endpoints.js'
import type { Frontend } from '../plan/frontends.js'
import type { Plan, PortPlan } from '../plan/plan.js'
import type { Packet } from '../traffic/packet.js'
import { count, quote, someOf } from '../util/text.js'

/**
 * Why the rules of a plan do not bring a packet to an endpoint.
 *
 * @param destination the frontend that it is addressed to, if there is one
 */
export const reasonOf = (
  plan: Plan,
  known: Known,
  packet: Packet,
  destination: Destination | undefined,
): Reason | undefined =>
  sourceRangesReason(plan, packet) ??
  (destination ? frontendReason(plan, destination) : strangerReason(plan, known, packet))

/** Why a packet is refused, dropped or left alone, in the user's terms. */
export interface Reason {
  readonly code: string
  readonly text: string
  /** The object that it is about, and the field. */
  readonly port?: ServicePort
  readonly subject?: Subject
  readonly path?: FieldPath
}

/** The reason why source ranges keep a packet out, before anything else is asked. */
function sourceRangesReason(plan: Plan, packet: Packet): Reason | undefined {
  const { saddr, daddr, dport } = packet
  const guarded = plan.ports.find(
    planned =>
      planned.allowedSources !== undefined &&
      planned.port.loadBalancerIPs.includes(daddr) &&
      planned.port.port === dport &&
      hasProtocol(planned, packet),
  )
  if (guarded === undefined || isAmong(saddr, guarded.allowedSources ?? [])) return undefined
  const { port } = guarded
  const ranges = someOf(port.sourceRanges)
  return {
    code: 'source-ranges',
    text: `source ${saddr} is outside loadBalancerSourceRanges of ${displayName(port)}: ${ranges}`,
    port,
    path: ['spec', 'loadBalancerSourceRanges'],
  }
}

const isAmong = (ip: Ip, sources: readonly (Cidr | Ip)[]): boolean =>
  sources.some(source => (source.includes('/') ? containedIn([source as Cidr])(ip) : source === ip))

/** The reason why a frontend leads the packet nowhere; nothing where it leads somewhere. */
export function frontendReason(plan: Plan, { planned, frontend }: Destination): Reason | undefined {
  const { port } = planned
  switch (frontend.reach.kind) {
    case 'endpoints':
      return undefined
    case 'short-circuit-only':
      return { ...localReason(plan, planned, 'external'), port, path: POLICY.external }
    case 'nowhere':
      return frontend.reach.because === 'no-endpoints'
        ? { ...noEndpoints(port.endpoints), port, path: PORT(port.index) }
        : { ...localReason(plan, planned, 'internal'), port, path: POLICY.internal }
  }
}

const POLICY = {
  external: ['spec', 'externalTrafficPolicy'],
  internal: ['spec', 'internalTrafficPolicy'],
} as const
const PORT = (index: number) => ['spec', 'ports', index] as const

type Words = Pick<Reason, 'code' | 'text'>

function noEndpoints(known: readonly Endpoint[]): Words {
  if (known.length === 0) return { code: 'no-endpoints', text: 'no endpoints: none is known' }
  return {
    code: 'no-ready-endpoints',
    text: `no ready endpoints: ${known.length} known, ${statesOf(known)}`,
  }
}

/** `all not ready`, `2 not ready, 1 terminating and no longer serving`. */
export function statesOf(endpoints: readonly Endpoint[]): string {
  const ended = endpoints.filter(({ ready, terminating }) => !ready && terminating)
  const waiting = endpoints.filter(({ ready, terminating }) => !ready && !terminating)
  const states = [
    [waiting.length, 'not ready'],
    [ended.length, 'terminating and no longer serving'],
  ] as const
  const present = states.filter(([number]) => number > 0)
  return present
    .map(([number, what]) => `${present.length === 1 && number > 1 ? 'all' : number} ${what}`)
    .join(', ')
}

function localReason({ node }: Plan, { port }: PortPlan, policy: 'internal' | 'external'): Words {
  const here = port.endpoints.filter(endpoint => isOn(node, endpoint))
  const elsewhere = port.endpoints.filter(one => !isOn(node, one) && isUsable(one))
  const own =
    here.length === 0
      ? `no local endpoint on this node (${node.name})`
      : `no ready endpoint on this node (${node.name}): ${here.length} known, ${statesOf(here)}`
  const names = [...new Set(elsewhere.map(({ nodeName }) => nodeName ?? 'no node'))]
  const others = `${count(elsewhere.length, 'endpoint')} elsewhere (${someOf(names)})`
  const exempt = policy === 'external' ? ', which pods and the node itself would reach' : ''
  return {
    code: 'no-local-endpoints',
    text: `${policy}TrafficPolicy Local and ${own}; ${others}${exempt}`,
  }
}

/** What the objects tell beside the plan of one node. */
export interface Known {
  /** Every valid Service, those that no rules are made for among them. */
  readonly services: readonly InputObject<Service>[]
  readonly nodes: readonly Node[]
}

/** The reason why no frontend is there for a packet, the most telling first. */
function strangerReason(plan: Plan, known: Known, packet: Packet): Reason {
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
    one => isOtherProxys(one) && clusterIPsOf(one).some(({ ip }) => ip === daddr),
  )
  if (service === undefined) return undefined
  const { metadata } = service.value
  const label = `${PROXY_NAME_LABEL}: ${quote(labelOf(metadata, PROXY_NAME_LABEL) ?? '')}`
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

/** What a plan has at the place that a packet goes to. */
export interface Destination {
  readonly planned: PortPlan
  readonly frontend: Frontend
}

/** The frontend that a packet is addressed to; addresses of Services go before node ports. */
export function destinationOf(plan: Plan, packet: Packet): Destination | undefined {
  const { daddr, dport } = packet
  const all = plan.ports
    .filter(planned => hasProtocol(planned, packet))
    .flatMap(planned => planned.frontends.map(frontend => ({ planned, frontend })))
    .filter(({ frontend }) => frontend.port === dport)
  return (
    all.find(({ frontend }) => frontend.ip === daddr) ??
    (servesNodePorts(plan, daddr)
      ? all.find(({ frontend }) => frontend.kind === 'node-port')
      : undefined)
  )
}

/** Whether a port is of the packet's protocol. */
const hasProtocol = ({ port }: PortPlan, { protocol }: Packet): boolean =>
  port.protocol.toLowerCase() === protocol

/** Whether node ports are served at an address. */
function servesNodePorts({ nodePorts, node }: Plan, address: Ip): boolean {
  if (nodePorts.kind === 'listed') return nodePorts.ips.includes(address)
  return node.addresses.includes(address) && !isLoopback(address)
}

/** Who sends, as far as policies ask for it; a pod inside the node's own range counts as a pod first. */
export function senderOf({ detector, node }: Plan, packet: Packet): 'pod' | 'node' | 'outside' {
  const { saddr, inputInterface = '' } = packet
  if (detector?.kind === 'cidr' && containedIn([detector.cidr])(saddr)) return 'pod'
  if (detector?.kind === 'interface') {
    const { name, prefix } = detector
    if (prefix ? inputInterface.startsWith(name) : inputInterface === name) return 'pod'
  }
  return node.addresses.includes(saddr) || isLoopback(saddr) ? 'node' : 'outside'
}

/** The list of endpoints that the packet is sent to: that of the Cluster policy, or of the Local one. */
export function listOf(
  { frontend }: Destination,
  sender: ReturnType<typeof senderOf>,
): 'cluster' | 'local' {
  if (frontend.policy === 'Cluster') return 'cluster'
  // External traffic of pods and of the node itself is short-circuited.
  return frontend.kind === 'cluster-ip' || sender === 'outside' ? 'local' : 'cluster'
}
