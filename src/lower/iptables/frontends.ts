import type { Frontend, FrontendKind } from '../../plan/frontends.js'
import type { IptablesPort } from './context.js'

const ORDER: readonly FrontendKind[] = [
  'cluster-ip',
  'external-ip',
  'load-balancer-ip',
  'node-port',
]

/**
 * The frontends in kube-proxy's order. An address that is an external IP and a load balancer's has a
 * rule as each of them, of which packets take the first: source ranges do not bind it.
 */
export function frontendsOf({ frontends, port }: IptablesPort): readonly Frontend[] {
  const again = frontends
    .filter(({ kind, ip }) => kind === 'external-ip' && ip && port.loadBalancerIPs.includes(ip))
    .map(frontend => ({ ...frontend, kind: 'load-balancer-ip' as const }))
  if (again.length === 0) return frontends
  const all = [...frontends, ...again]
  return ORDER.flatMap(kind => all.filter(frontend => frontend.kind === kind))
}
