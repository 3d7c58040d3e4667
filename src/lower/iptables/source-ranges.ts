import type { IptablesFragment } from '../../ir/iptables/table.js'
import {
  appender,
  CHAINS,
  comment,
  destination,
  from,
  type IptablesContext,
  type IptablesPort,
  jump,
  originOf,
} from './context.js'

/** Whether source ranges guard the load balancer addresses of a port that leads anywhere. */
export const hasFirewall = ({ allowedSources, servesExternal }: IptablesPort): boolean =>
  allowedSources !== undefined && servesExternal

/**
 * `loadBalancerSourceRanges`: what the firewall chain lets through is translated; the rest falls off
 * its end with the destination it had, by which KUBE-PROXY-FIREWALL drops it (nat must not).
 */
export function sourceRanges(_: IptablesContext, named: IptablesPort): IptablesFragment {
  if (!hasFirewall(named)) return {}
  const { chains, label, allowedSources = [] } = named
  const origin = originOf('source-ranges', named)
  const append = appender(origin)
  return {
    filter: named.port.loadBalancerIPs.map(ip =>
      append(
        CHAINS.proxyFirewall,
        [comment(`${label} traffic not accepted by ${chains.firewall}`), ...destination(named, ip)],
        { kind: 'drop' },
      ),
    ),
    natChains: [{ name: chains.firewall, origin }],
    nat: [
      ...allowedSources.map(source =>
        append(
          chains.firewall,
          [comment(`${label} loadbalancer IP`), from(source)],
          jump(chains.external),
        ),
      ),
      append(chains.firewall, [
        comment(`other traffic to ${label} will be dropped by ${CHAINS.proxyFirewall}`),
      ]),
    ],
  }
}
