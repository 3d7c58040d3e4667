import { DESTINATION, DROP, goto, rule, vmap } from '../../rules/build.js'
import type { Chain, Fragment, MapElement } from '../../rules/table.js'
import {
  type Context,
  DESTINATION_TYPES,
  frontendKey,
  type NamedPort,
  originOf,
} from './context.js'

const origin = originOf('source-ranges')

/**
 * `loadBalancerSourceRanges`: enforced on the load balancer addresses alone, before DNAT and before
 * every short circuit, with or without endpoints.
 */
export function sourceRanges({ ports }: Context): Fragment {
  const guarded = ports.filter(({ allowedSources }) => allowedSources !== undefined)
  return {
    maps: [
      {
        name: 'firewall-ips',
        key: DESTINATION_TYPES,
        comment: 'destinations that are subject to LoadBalancerSourceRanges',
        elements: guarded.flatMap(guardedAddresses),
        origin,
      },
    ],
    chains: [
      {
        name: 'firewall-check',
        rules: [rule([], vmap(DESTINATION, 'firewall-ips'), origin)],
        origin,
      },
      ...guarded.map(firewallChain),
    ],
  }
}

/** An address that is an external IP too is guarded all the same: it is one destination. */
export const guardedAddresses = (named: NamedPort): MapElement[] =>
  named.frontends
    .filter(({ ip }) => ip !== undefined && named.port.loadBalancerIPs.includes(ip))
    .filter(({ kind }) => kind !== 'cluster-ip')
    .map(frontend => ({
      key: frontendKey(named, frontend),
      verdict: goto(named.names.firewall),
      origin: originOf('source-ranges', named),
    }))

function firewallChain(named: NamedPort): Chain {
  const origin = originOf('source-ranges', named)
  const cidrs = named.allowedSources ?? []
  const outside = { kind: 'address-in', side: 'saddr', negate: true, cidrs } as const
  return { name: named.names.firewall, rules: [rule([outside], DROP, origin)], origin }
}
