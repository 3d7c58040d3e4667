import type { IptablesFragment } from '../../ir/iptables/table.js'
import {
  appender,
  CHAINS,
  comment,
  type IptablesContext,
  type IptablesPort,
  originOf,
} from './context.js'

/**
 * Lets load balancers ask at `healthCheckNodePort`, where kube-proxy itself answers. Once for each
 * port of the Service, as in kube-proxy; all but the first change nothing.
 */
export function healthChecks(_: IptablesContext, named: IptablesPort): IptablesFragment {
  const { healthCheckNodePort: port, label } = named
  if (port === undefined) return {}
  const accept = appender(originOf('base', named))(
    CHAINS.nodePorts,
    [
      comment(`${label} health check node port`),
      { kind: 'protocol', protocol: 'tcp' },
      { kind: 'dport', port },
    ],
    { kind: 'accept' },
  )
  return { filter: [accept] }
}
