import { familyOf } from '../../address/address.js'
import type { Frontend } from '../../plan/frontends.js'
import type { Plan } from '../../plan/plan.js'
import type { Change, Sides } from '../finding.js'
import {
  changeOf,
  frontendsOf,
  oncePerService,
  type PlannedFrontend,
  touchesOf,
  touchFrontend,
  touchPort,
} from '../touches.js'

const nodePorts = (plan: Plan): readonly PlannedFrontend[] => frontendsOf(plan, ['node-port'])

/** Node ports that lead somewhere, if only by short circuit: the node's own traffic always does. */
const served = (plan: Plan): readonly PlannedFrontend[] =>
  nodePorts(plan).filter(({ frontend }) => frontend.reach.kind !== 'nowhere')

/** KN300: NodePorts at loopback addresses. */
export function localhost({ iptables }: Sides): Change | undefined {
  if (!iptables.localhostNodePorts) return undefined
  const touches = served(iptables).map(({ planned: { port }, frontend }) => ({
    ...touchFrontend(port, frontend),
    what: `127.0.0.1:${touchFrontend(port, frontend).what}`,
  }))
  return changeOf('the node reaches NodePorts at 127.0.0.0/8 in iptables mode only', touches)
}

/** KN301: the default of --nodeport-addresses is another one; given ones are the same in both modes. */
export function addresses({ iptables, nftables, family }: Sides): Change | undefined {
  if (iptables.nodePorts.kind !== 'all' || nftables.nodePorts.kind !== 'listed') return undefined
  const { ips } = nftables.nodePorts
  const lost = nftables.node.addresses.filter(ip => familyOf(ip) === family && !ips.includes(ip))
  const known = lost.length > 0 ? `: of those known here ${lost.join(', ')} fall out` : ''
  return changeOf(
    `served at every address of the node in iptables mode, in nftables mode at ${ips.join(', ')} alone${known}`,
    touchesOf(served(iptables)),
  )
}

/** KN302: in iptables mode what serves nobody is refused or dropped at every address of the host. */
export function unguarded({ iptables, nftables }: Sides): Change | undefined {
  const { nodePorts: open } = nftables
  const isGuarded = ({ frontend: { reach } }: PlannedFrontend): boolean =>
    open.kind === 'all' && iptables.localhostNodePorts
      ? reach.kind === 'nowhere'
      : reach.kind !== 'endpoints'
  const touches = nodePorts(iptables)
    .filter(isGuarded)
    .map(({ planned, frontend }) => {
      const touch = touchFrontend(planned.port, frontend)
      return { ...touch, what: `${touch.what}, ${guardOf(frontend)}` }
    })
  const where =
    open.kind === 'all' ? 'every address but loopback ones' : `${open.ips.join(', ')} alone`
  return changeOf(
    `guarded at every address of the host in iptables mode, in nftables mode at ${where}`,
    touches,
  )
}

const guardOf = ({ reach }: Frontend): string =>
  reach.kind === 'nowhere' && reach.because === 'no-endpoints'
    ? 'refused: no endpoints'
    : 'dropped: no endpoint here'

/** KN315: the sysctl outlives the rule that made it harmless, with or without NodePorts. */
export function routeLocalnet({ iptables }: Sides): Change | undefined {
  if (!iptables.localhostNodePorts || iptables.ports.length === 0) return undefined
  return {
    detail:
      'net.ipv4.conf.all.route_localnet=1 was set for NodePorts on localhost and is not set back',
    touches: touchesOf(nodePorts(iptables)),
  }
}

/** KN308: connections to healthCheckNodePort, which kube-proxy itself answers. */
export function healthChecks({ iptables }: Sides): Change | undefined {
  const touches = iptables.ports.flatMap(({ port, healthCheckNodePort: number }) =>
    number === undefined ? [] : touchPort(port, `${number}/tcp`, ['spec', 'healthCheckNodePort']),
  )
  return changeOf(
    'connections of load balancers that ask for endpoints on this node',
    oncePerService(touches),
  )
}
