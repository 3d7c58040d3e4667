import { type Cidr, containedIn, type Ip, isLoopback } from '../../address/address.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { Protocol } from '../../model/labels.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Backend } from '../../plan/endpoints.js'
import type { Frontend } from '../../plan/frontends.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import type { L4Protocol } from '../../rules/match.js'
import {
  type Claim,
  type Destination,
  destinationKey,
  type End,
  type Fate,
  fateOf,
  fraction,
  ONE,
  type Owner,
  type Packet,
} from '../../traffic/packet.js'
import { ownAddresses, podTest, type World } from './clients.js'

/** A destination of a service port on the node. */
export interface Planned {
  readonly planned: PortPlan
  readonly frontend: Frontend
}

/** A plan by what packets are looked up with. */
export interface PlanIndex {
  readonly plan: Plan
  readonly own: ReadonlySet<string>
  /** By address, protocol and port. */
  readonly addressed: ReadonlyMap<string, Planned>
  /** By protocol and port. */
  readonly nodePorts: ReadonlyMap<string, Planned>
  readonly clusterIPs: ReadonlySet<string>
  /** Endpoints of this node that masquerade keeps from answering themselves. */
  readonly selves: ReadonlySet<string>
  /** The same by address, protocol and port. */
  readonly hairpin: ReadonlySet<string>
  readonly servesNodePorts: (ip: Ip) => boolean
}

export const addressKey = (ip: string, protocol: string, port: number | undefined): string =>
  `${ip} ${protocol} ${port}`
export const portKey = (protocol: string, port: number | undefined): string => `${protocol} ${port}`

/** What a plan's rules do with packets, by kube-proxy's decisions alone, without rules. */
export function planFates(index: PlanIndex): (packet: Packet) => Fate {
  const { plan, own } = index
  const isPod = plan.detector && podTest(plan.detector)
  const isOwn = (ip: Ip): boolean => own.has(ip) || isLoopback(ip)
  const inServiceCIDR = remembering(containedIn(plan.serviceCIDRs))
  const allows = sourceTests()
  const spreads = new WeakMap<readonly Backend[], Map<string, Fate>>()

  return packet => {
    const { saddr, daddr, protocol, dport, inputInterface } = packet
    const addressed = index.addressed.get(addressKey(daddr, protocol, dport))
    if (addressed !== undefined && !isAllowed(addressed, saddr)) return DROPPED
    const pod = isPod?.(saddr, inputInterface ?? '')
    const choice = choose(packet, addressed, pod)
    if (choice === undefined) return endedAt(daddr, dport, packet)
    return index.selves.has(saddr) ? spread(packet, choice) : commonSpread(packet, choice)
  }

  /** The spread of all clients that are no backends of this node themselves. */
  function commonSpread(packet: Packet, choice: Choice): Fate {
    const known = spreads.get(choice.backends) ?? new Map<string, Fate>()
    spreads.set(choice.backends, known)
    const { protocol, inputInterface } = packet
    const key = `${protocol} ${choice.marked} ${inputInterface === undefined} ${choice.affinitySeconds}`
    const fate = known.get(key) ?? spread(packet, choice)
    known.set(key, fate)
    return fate
  }

  function isAllowed({ planned, frontend }: Planned, saddr: Ip): boolean {
    const { allowedSources, port } = planned
    if (allowedSources === undefined || frontend.kind === 'cluster-ip') return true
    const isGuarded = frontend.ip !== undefined && port.loadBalancerIPs.includes(frontend.ip)
    return !isGuarded || allows(allowedSources, saddr)
  }

  /** Whose endpoints take the packet, if any do: service addresses come before node ports. */
  function choose(
    { saddr, daddr, protocol, dport }: Packet,
    addressed: Planned | undefined,
    pod: boolean | undefined,
  ): Choice | undefined {
    if (addressed !== undefined && addressed.frontend.reach.kind !== 'nowhere') {
      return choiceOf(addressed, isOwn(saddr), pod)
    }
    const nodePort = index.nodePorts.get(portKey(protocol, dport))
    if (nodePort === undefined || nodePort.frontend.reach.kind === 'nowhere') return undefined
    if (!own.has(daddr) || !index.servesNodePorts(daddr)) return undefined
    return choiceOf(nodePort, isOwn(saddr), pod)
  }

  function choiceOf(target: Planned, fromNode: boolean, pod: boolean | undefined) {
    const { planned, frontend } = target
    const { affinitySeconds } = planned.port
    if (frontend.kind === 'cluster-ip') {
      const backends = frontend.policy === 'Local' ? planned.local : planned.cluster
      return { backends, marked: plan.masqueradeAll || pod === false, affinitySeconds }
    }
    if (frontend.policy === 'Cluster') {
      return { backends: planned.cluster, marked: true, affinitySeconds }
    }
    if (pod === true) return { backends: planned.cluster, marked: false, affinitySeconds }
    if (fromNode) return { backends: planned.cluster, marked: true, affinitySeconds }
    if (planned.local.length === 0) return undefined
    return { backends: planned.local, marked: false, affinitySeconds }
  }

  function spread(packet: Packet, { backends, marked, affinitySeconds }: Choice): Fate {
    const total = backends.reduce((sum, { weight }) => sum + weight, 0)
    const { saddr, protocol, inputInterface } = packet
    const ends = backends.flatMap(({ endpoint, weight }): End | [] => {
      if (weight === 0) return []
      const { ip, port } = endpoint
      const verdict = filtered(ip, port, packet)
      const share = fraction(weight, total)
      if (verdict !== undefined) return { verdict, masqueraded: false, share }
      // What comes in for the node itself does not pass where masquerade is done.
      const leaves = inputInterface === undefined || !isOwn(ip)
      const toItself = ip === saddr && index.hairpin.has(addressKey(ip, protocol, port))
      const masqueraded = leaves && (marked || toItself)
      return { verdict: 'backend', to: { ip, port }, masqueraded, share }
    })
    return fateOf(ends, affinitySeconds)
  }

  function endedAt(daddr: Ip, dport: number | undefined, packet: Packet): Fate {
    const verdict = filtered(daddr, dport, packet)
    return verdict === undefined ? PASSED : ONLY[verdict]
  }

  /** What the filter hooks behind NAT do with a destination. */
  function filtered(
    daddr: Ip,
    dport: number | undefined,
    { protocol, inputInterface }: Packet,
  ): 'drop' | 'reject' | undefined {
    const refusal = refusalOf(index.addressed.get(addressKey(daddr, protocol, dport)))
    const onNode = isOwn(daddr)
    if (inputInterface === undefined || !onNode) {
      if (refusal !== undefined) return refusal
      if (index.clusterIPs.has(daddr)) return 'reject'
      if (inServiceCIDR(daddr)) return 'drop'
      if (!onNode) return undefined
    }
    const nodePort =
      index.servesNodePorts(daddr) && refusalOf(index.nodePorts.get(portKey(protocol, dport)))
    return nodePort || refusal
  }
}

interface Choice {
  readonly backends: readonly Backend[]
  readonly marked: boolean
  readonly affinitySeconds: number | undefined
}

function refusalOf(target: Planned | undefined): 'drop' | 'reject' | undefined {
  const reach = target?.frontend.reach
  if (reach === undefined || reach.kind === 'endpoints') return undefined
  return reach.kind === 'nowhere' && reach.because === 'no-endpoints' ? 'reject' : 'drop'
}

const only = (verdict: End['verdict']): Fate => ({
  ends: [{ verdict, masqueraded: false, share: ONE }],
})
const PASSED = only('pass')
const DROPPED = only('drop')
const ONLY = { drop: DROPPED, reject: only('reject') }

/** Tests for lists of sources, each list read once. */
function sourceTests(): (sources: readonly (Cidr | Ip)[], ip: Ip) => boolean {
  const known = new Map<readonly (Cidr | Ip)[], (ip: Ip) => boolean>()
  return (sources, ip) => {
    let test = known.get(sources)
    if (test === undefined) {
      const inCidrs = containedIn(sources.filter((one): one is Cidr => one.includes('/')))
      test = address => inCidrs(address) || sources.some(source => source === address)
      known.set(sources, test)
    }
    return test(ip)
  }
}

/** A test that answers each address once. */
function remembering(test: (ip: Ip) => boolean): (ip: Ip) => boolean {
  const known = new Map<Ip, boolean>()
  return ip => {
    const answer = known.get(ip) ?? test(ip)
    known.set(ip, answer)
    return answer
  }
}

/** Names an endpoint among those that may reach themselves. */
export const hairpinKey = ({ ip, port }: Endpoint, protocol: string): string =>
  addressKey(ip, protocol, port)

/** A world that knows its backends beforehand. */
export interface PlanWorld extends World {
  /** Every endpoint that clients of a destination may come to. */
  readonly backendsOf: (claim: Claim) => readonly Ip[]
}

/** What a plan does with traffic, without the way over rules. */
export function planWorld(plan: Plan): PlanWorld {
  const own = ownAddresses(plan.node.addresses, plan.family)
  const servesNodePorts = nodePortTest(plan)
  const nodePortsAt = own.filter(servesNodePorts)
  const targets = targetsOf(plan)
  const claims = new Map<string, Claim & Planned>()
  for (const target of targets) {
    const claim = claimOf(target)
    if (claim.destination.at === 'node' && nodePortsAt.length === 0) continue
    claims.set(destinationKey(claim.destination), { ...claim, ...target })
  }
  const backends = new Set<string>()
  const selves = new Set<string>()
  for (const { reachable, hairpin } of plan.ports) {
    for (const { ip } of reachable) backends.add(ip)
    for (const { ip } of hairpin) selves.add(ip)
  }
  const index = { ...indexOf(plan, targets), own: new Set(own), selves, servesNodePorts }
  const planned = (claim: Claim): Planned | undefined =>
    claims.get(destinationKey(claim.destination))
  return {
    family: plan.family,
    own,
    claims,
    guarded: guardedOf(plan),
    networks: plan.serviceCIDRs,
    nodePortsAt,
    sources: plan.detector?.kind === 'cidr' ? [plan.detector.cidr] : [],
    sourcesOf: claim => allowedSources(planned(claim)),
    isSelf: ip => selves.has(ip),
    interfaces: plan.detector?.kind === 'interface' ? [plan.detector] : [],
    detector: plan.detector,
    isBackend: ip => backends.has(ip),
    backendsOf: claim => planned(claim)?.planned.reachable.map(({ ip }) => ip) ?? [],
    fateOf: planFates(index),
  }
}

const l4 = (protocol: Protocol): L4Protocol => protocol.toLowerCase() as L4Protocol

const targetsOf = (plan: Plan): readonly Planned[] =>
  plan.ports.flatMap(planned => planned.frontends.map(frontend => ({ planned, frontend })))

function indexOf(
  plan: Plan,
  targets: readonly Planned[],
): Omit<PlanIndex, 'own' | 'selves' | 'servesNodePorts'> {
  const addressed = new Map<string, Planned>()
  const nodePorts = new Map<string, Planned>()
  for (const target of targets) {
    const { ip, port } = target.frontend
    const protocol = l4(target.planned.port.protocol)
    if (ip === undefined) nodePorts.set(portKey(protocol, port), target)
    else addressed.set(addressKey(ip, protocol, port), target)
  }
  const hairpin = plan.ports.flatMap(({ port, hairpin }) =>
    hairpin.map(endpoint => hairpinKey(endpoint, l4(port.protocol))),
  )
  return {
    plan,
    addressed,
    nodePorts,
    clusterIPs: new Set(plan.ports.flatMap(({ port }) => port.clusterIP ?? [])),
    hairpin: new Set(hairpin),
  }
}

function nodePortTest({ nodePorts }: Plan): (ip: Ip) => boolean {
  if (nodePorts.kind === 'all') return ip => !isLoopback(ip)
  const listed = new Set<string>(nodePorts.ips)
  return ip => listed.has(ip)
}

function claimOf({ planned, frontend }: Planned): Claim {
  const destination: Destination = {
    at: frontend.ip ?? 'node',
    protocol: l4(planned.port.protocol),
    port: frontend.port,
  }
  return { destination, owner: ownerOf(planned.port), kind: frontend.kind }
}

const ownerOf = ({ namespace, name, portName }: ServicePort): Owner => ({
  namespace,
  name,
  portName,
})

function guardedOf({ ports }: Plan): World['guarded'] {
  const guarded = new Map<Ip, Owner>()
  for (const { port } of ports) {
    const { clusterIP, namespace, name } = port
    if (clusterIP !== undefined && !guarded.has(clusterIP)) {
      guarded.set(clusterIP, { namespace, name })
    }
  }
  return guarded
}

function allowedSources(target: Planned | undefined): World['sources'] {
  if (target === undefined) return []
  const { planned, frontend } = target
  if (frontend.ip === undefined || frontend.kind === 'cluster-ip') return []
  const isGuarded = planned.port.loadBalancerIPs.includes(frontend.ip)
  return isGuarded ? (planned.allowedSources ?? []) : []
}
