import { nodeOfAddresses } from '../model/node.js'
import type { ServicePort } from '../model/service-port.js'
import { UsageError } from '../options/read.js'
import type { Plan, PortPlan } from '../plan/plan.js'
import type { DispatchGraph } from '../text/frames.js'
import { destinationOf } from '../trace/explain/destination.js'
import { servicesGraph } from '../trace/explain/graph.js'
import type { GivenDestination } from './trace-ends.js'
import { unknownName } from './trace-names.js'

/**
 * The graph of what a destination names: a Service, one port of it, or the service port at an address.
 *
 * @throws UsageError where it names no service port
 */
export function graphOfService(plans: readonly Plan[], to: GivenDestination): DispatchGraph {
  const chosen = plans.map(plan => ({ plan, ports: portsOf(plan, to) }))
  if (chosen.some(({ ports }) => ports.length > 0)) return servicesGraph(chosen)
  if (to.kind !== 'service') throw new UsageError('--to is the destination of no Service')
  const known = plans.flatMap(({ ports }) => ports.map(({ port }) => nameOf(port)))
  const name = `${to.namespace}/${to.name}`
  if (!known.includes(name)) throw unknownName('--to', 'Service with rules', name, known)
  throw new UsageError(`--to ${name}: no port is named or numbered ${to.port}`)
}

const nameOf = ({ namespace, name }: ServicePort): string => `${namespace}/${name}`

function portsOf(plan: Plan, to: GivenDestination): readonly PortPlan[] {
  if (to.kind === 'service') return plan.ports.filter(({ port }) => isMeant(port, to))
  const ip = to.kind === 'address' ? to.ip : addressOf(plan, to.name)
  if (ip === undefined) return []
  const { protocol, port: dport } = to
  const packet = { saddr: ip, daddr: ip, protocol, dport, inputInterface: 'eth0' }
  const found = destinationOf(plan, packet)
  return found ? [found.planned] : []
}

/** The graph is that of one node, so only its own node ports are of it. */
const addressOf = ({ node, family }: Plan, name: string) =>
  name === node.name
    ? (node.primary[family] ?? nodeOfAddresses(name, node.addresses).primary[family])
    : undefined

function isMeant(port: ServicePort, to: Extract<GivenDestination, { kind: 'service' }>): boolean {
  if (port.namespace !== to.namespace || port.name !== to.name) return false
  if (to.protocol !== undefined && port.protocol.toLowerCase() !== to.protocol) return false
  return to.port === undefined || port.portName === to.port || String(port.port) === to.port
}
