import { containedIn, type Ip } from '../../address/address.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { ServicePort } from '../../model/service-port.js'
import type { FrontendKind } from '../../plan/frontends.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import type { Change, Sides, Touch } from '../finding.js'
import { changeOf, touchPort } from '../touches.js'

const DETAIL = 'masqueraded when they reach themselves in iptables mode, not in nftables mode'

/** KN310: an endpoint that is on this node, maybe, and is not called so. */
export function hairpin({ nftables: plan }: Sides): Change | undefined {
  const touches = unmasqueraded(plan, ({ nodeName }) => nodeName === undefined).flatMap(
    ({ planned, endpoint }) =>
      byClusterIP(plan, planned, endpoint) ||
      (hasFrontend(planned, EXTERNAL) && byShortCircuit(plan, planned, endpoint))
        ? touchEndpoint(planned.port, endpoint)
        : [],
  )
  return changeOf(DETAIL, touches)
}

/**
 * KN319: an endpoint elsewhere comes through this node only if it calls the node itself, by the
 * uplink. Every other destination is translated at home.
 */
export function remoteHairpin({ nftables: plan }: Sides): Change | undefined {
  if (plan.detector?.kind !== 'cidr') return undefined
  const elsewhere = ({ nodeName }: Endpoint): boolean =>
    nodeName !== undefined && nodeName !== plan.node.name
  const touches = unmasqueraded(plan, elsewhere).flatMap(({ planned, endpoint }) =>
    hasFrontend(planned, ['node-port']) && byShortCircuit(plan, planned, endpoint)
      ? touchEndpoint(planned.port, endpoint)
      : [],
  )
  return changeOf(DETAIL, touches)
}

const EXTERNAL: readonly FrontendKind[] = ['external-ip', 'load-balancer-ip', 'node-port']

const hasFrontend = ({ frontends }: PortPlan, kinds: readonly FrontendKind[]): boolean =>
  frontends.some(({ kind }) => kinds.includes(kind))

const touchEndpoint = (port: ServicePort, { id }: Endpoint): Touch =>
  touchPort(port, `endpoint ${id}`)

interface Candidate {
  readonly planned: PortPlan
  readonly endpoint: Endpoint
}

/**
 * Endpoints of the Cluster policy whose flows to themselves nftables mode does not know. Two Services
 * may share an endpoint, of which one is enough. The node itself needs no masquerade.
 */
function unmasqueraded(plan: Plan, isMeant: (endpoint: Endpoint) => boolean): readonly Candidate[] {
  const known = new Set(
    plan.ports.flatMap(({ port, hairpin }) => hairpin.map(one => flowKey(port, one))),
  )
  const own = new Set(plan.node.addresses)
  return plan.ports.flatMap(planned =>
    planned.cluster
      .filter(({ weight, endpoint }) => weight > 0 && isMeant(endpoint))
      .map(({ endpoint }) => ({ planned, endpoint }))
      .filter(
        ({ endpoint }) => !own.has(endpoint.ip) && !known.has(flowKey(planned.port, endpoint)),
      ),
  )
}

const flowKey = ({ protocol }: ServicePort, { id }: Endpoint): string => `${protocol} ${id}`

/** Whether the ClusterIP leads an endpoint to itself with its own address. */
function byClusterIP(plan: Plan, planned: PortPlan, { ip }: Endpoint): boolean {
  const { detector, masqueradeAll } = plan
  const isOpen = planned.port.internalPolicy === 'Cluster' && hasFrontend(planned, ['cluster-ip'])
  return isOpen && !masqueradeAll && (detector === undefined || mayBePod(plan, ip))
}

/** Whether an external destination does so; under the Cluster policy it masquerades everybody. */
const byShortCircuit = (plan: Plan, { port }: PortPlan, { ip }: Endpoint): boolean =>
  port.externalPolicy === 'Local' && mayBePod(plan, ip)

/** By which interface it comes does not show in an address. */
function mayBePod({ detector }: Plan, ip: Ip): boolean {
  if (detector === undefined) return false
  return detector.kind === 'interface' || containedIn([detector.cidr])(ip)
}
