import type { Ip } from '../../address/address.js'
import { lowerKubeProxy } from '../../layouts/kube-proxy/index.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Frontend } from '../../plan/frontends.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import type { L4Protocol } from '../../rules/match.js'
import { type Claim, type Destination, destinationKey, type Owner } from '../../traffic/packet.js'
import { invariant } from '../../util/errors.js'
import type { World } from './clients.js'
import { tableWorld } from './tables.js'

/** The rules of a plan, walked, with the words that the plan has for what they serve. */
export interface CompiledWorld extends World {
  /** Every endpoint that clients of a destination may come to. */
  readonly backendsOf: (claim: Claim) => readonly Ip[]
}

/**
 * What the rules of a plan do with traffic. They are those of layout kube-proxy, whatever layout is
 * loaded: the layouts do the same, and in this one a chain tells whom a Service lets in.
 */
export function compiledWorld(plan: Plan): CompiledWorld {
  const table = lowerKubeProxy(plan, { counters: false, comments: false })
  const walked = tableWorld([table], plan.family, plan.node.addresses, ({ json }) =>
    invariant(false, `our own rules are known: ${json}`),
  )
  const planned = new Map(
    plan.ports.flatMap(port =>
      port.frontends.map(frontend => [keyOf(port, frontend), { port, frontend }] as const),
    ),
  )
  const { detector } = plan
  const owners = new Map<Ip, Owner>()
  for (const { port } of plan.ports) {
    const { clusterIP, namespace, name } = port
    if (clusterIP !== undefined && !owners.has(clusterIP))
      owners.set(clusterIP, { namespace, name })
  }
  return {
    ...walked,
    claims: new Map(
      [...planned].flatMap(([key, { port, frontend }]) => {
        const claim = walked.claims.get(key)
        if (claim === undefined) return []
        return [[key, { ...claim, owner: ownerOf(port.port), kind: frontend.kind }] as const]
      }),
    ),
    guarded: owners,
    // Rules that ask nothing of pods, as with --masquerade-all, still serve pods and others.
    sources: [
      ...new Set([...walked.sources, ...(detector?.kind === 'cidr' ? [detector.cidr] : [])]),
    ],
    interfaces: detector?.kind === 'interface' ? [detector] : [],
    detector,
    backendsOf: ({ destination }) =>
      planned.get(destinationKey(destination))?.port.reachable.map(({ ip }) => ip) ?? [],
  }
}

const keyOf = ({ port: { protocol } }: PortPlan, { ip, port }: Frontend): string => {
  const destination: Destination = {
    at: ip ?? 'node',
    protocol: protocol.toLowerCase() as L4Protocol,
    port,
  }
  return destinationKey(destination)
}

const ownerOf = ({ namespace, name, portName }: ServicePort): Owner => ({
  namespace,
  name,
  portName,
})
