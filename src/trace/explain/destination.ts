import { containedIn, type Ip, isLoopback } from '../../address/address.js'
import type { Frontend } from '../../plan/frontends.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import type { Packet } from '../packet.js'

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
export const hasProtocol = ({ port }: PortPlan, { protocol }: Packet): boolean =>
  port.protocol.toLowerCase() === protocol

/** Whether node ports are served at an address. */
export function servesNodePorts({ nodePorts, node }: Plan, address: Ip): boolean {
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
