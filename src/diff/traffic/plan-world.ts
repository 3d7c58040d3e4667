import { type Ip, isLoopback } from '../../address/address.js'
import type { Protocol } from '../../model/labels.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Plan } from '../../plan/plan.js'
import type { L4Protocol } from '../../rules/match.js'
import { type Claim, type Destination, destinationKey, type Owner } from '../../traffic/packet.js'
import {
  addressKey,
  hairpinKey,
  type PlanIndex,
  type Planned,
  planFates,
  portKey,
} from './plan-fate.js'
import { ownAddresses, type World } from './world.js'

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
