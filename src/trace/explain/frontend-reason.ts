import { type Cidr, containedIn, type Ip } from '../../address/address.js'
import type { Endpoint } from '../../model/endpoint.js'
import { displayName } from '../../model/service-port.js'
import { isOn, isUsable } from '../../plan/endpoints.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import { count, someOf } from '../../util/text.js'
import type { Packet } from '../packet.js'
import { type Destination, hasProtocol } from './destination.js'
import type { Reason } from './reason.js'

/** The reason why source ranges keep a packet out, before anything else is asked. */
export function sourceRangesReason(plan: Plan, packet: Packet): Reason | undefined {
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
