import {
  DESTINATION,
  FAMILY,
  goto,
  inSet,
  isLocal,
  NODE_PORT,
  rule,
  TABLE_FAMILY,
  vmap,
} from '../../rules/build.js'
import type { Match } from '../../rules/match.js'
import type { ElementSet, Fragment, MapElement, VerdictMap } from '../../rules/table.js'
import {
  type Context,
  DESTINATION_TYPES,
  frontendKey,
  type NamedFrontend,
  NODE_PORT_TYPES,
  originOf,
  splitFrontends,
} from './context.js'
import { clusterIPMasquerade } from './masquerade.js'

const origin = originOf('dispatch')

/** Names the chain that traffic to a frontend goes to. */
export type EntryChain = (frontend: NamedFrontend) => string

/**
 * The way from a destination to its service port: the `services` chain and its two verdict maps.
 * Service addresses come first, so an external IP that is a node address beats a node port.
 */
export function dispatch(context: Context, entryChain: EntryChain): Fragment {
  const { addressed, nodePorts } = splitFrontends(context.ports)
  const serviceIps: VerdictMap = {
    name: 'service-ips',
    key: DESTINATION_TYPES,
    comment: 'ClusterIP, ExternalIP and LoadBalancer IP traffic',
    ...(context.counters ? { counters: true } : {}),
    elements: served(addressed, entryChain),
    origin,
  }
  const serviceNodeports: VerdictMap = {
    name: 'service-nodeports',
    key: NODE_PORT_TYPES,
    comment: 'NodePort traffic',
    ...(context.counters ? { counters: true } : {}),
    elements: served(nodePorts, entryChain),
    origin,
  }
  const rules = [
    ...clusterIPMasquerade(context),
    rule([], vmap(DESTINATION, serviceIps.name), origin),
    rule(toNodePort(context, 'nat'), vmap(NODE_PORT, serviceNodeports.name), origin),
  ]
  return {
    sets: nodePortSet(context),
    maps: [serviceIps, serviceNodeports],
    chains: [{ name: 'services', rules, origin }],
  }
}

/** Elements for the frontends that lead somewhere, if only by short circuit. */
const served = (frontends: readonly NamedFrontend[], entryChain: EntryChain): MapElement[] =>
  frontends
    .filter(({ frontend }) => frontend.reach.kind !== 'nowhere')
    .map(({ named, frontend }) => ({
      key: frontendKey(named, frontend),
      verdict: goto(entryChain({ named, frontend })),
      origin: originOf('dispatch', named),
    }))

/** In this layout, the chain that the service port has for the frontend's traffic policy. */
export function ownChain({ named, frontend }: NamedFrontend): string {
  if (frontend.kind !== 'cluster-ip') return named.names.external
  return frontend.policy === 'Local' ? named.names.local : named.names.service
}

/** The set of the node's addresses that serve node ports, where not all of them do. */
export const NODEPORT_IPS = 'nodeport-ips'

function nodePortSet({ plan }: Context): ElementSet[] {
  if (plan.nodePorts.kind === 'all') return []
  const elements = plan.nodePorts.ips.map(ip => ({ key: [ip], origin }))
  const comment = 'IPs that accept NodePort traffic'
  return [{ name: NODEPORT_IPS, key: ['address'], comment, elements, origin }]
}

/**
 * The test for packets to an address that serves node ports. Where all do, NAT hooks must ask the
 * routing table which addresses are local; in the input hook every destination is. Loopback never
 * serves node ports: nothing sets route_localnet.
 */
export function toNodePort({ plan }: Context, hook: 'nat' | 'input'): Match[] {
  if (plan.nodePorts.kind === 'listed') return [inSet(['daddr'], NODEPORT_IPS)]
  const { loopback } = FAMILY[TABLE_FAMILY[plan.family]]
  const notLoopback: Match = { kind: 'address', side: 'daddr', negate: true, cidr: loopback }
  return hook === 'nat' ? [isLocal('daddr'), notLoopback] : [notLoopback]
}
