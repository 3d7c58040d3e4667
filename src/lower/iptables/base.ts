import { IPTABLES } from '../../ir/family.js'
import type { IptablesRule } from '../../ir/iptables/rule.js'
import { appender, CHAINS, comment, type IptablesContext, originOf, to } from './context.js'

const append = appender(originOf('base'))

/**
 * Where NodePorts work on localhost, the kernel lets packets to 127.0.0.0/8 through from anywhere
 * (route_localnet). This keeps out those that did not begin on this host.
 */
export function localnetRules({ plan }: IptablesContext): IptablesRule[] {
  if (!plan.localhostNodePorts) return []
  const { loopback } = IPTABLES[plan.family]
  return [
    append(
      CHAINS.firewall,
      [
        comment('block incoming localnet connections'),
        to(loopback),
        { kind: 'address', side: 'saddr', negate: true, cidr: loopback },
        { kind: 'flow-state', states: ['RELATED', 'ESTABLISHED', 'DNAT'], negate: true },
      ],
      { kind: 'drop' },
    ),
  ]
}

/**
 * Lets service traffic pass where the host forwards nothing else. Packets that conntrack cannot place
 * are dropped first: untranslated answers would make the client reset its connection
 * (kubernetes#74839).
 */
export function forwardRules({ plan, mark }: IptablesContext): IptablesRule[] {
  const invalid = append(
    CHAINS.forward,
    [{ kind: 'flow-state', states: ['INVALID'], negate: false }],
    { kind: 'drop' },
  )
  return [
    ...(plan.tcpBeLiberal ? [] : [invalid]),
    append(
      CHAINS.forward,
      [comment('kubernetes forwarding rules'), { kind: 'mark', mark, negate: false }],
      { kind: 'accept' },
    ),
    append(
      CHAINS.forward,
      [
        comment('kubernetes forwarding conntrack rule'),
        { kind: 'flow-state', states: ['RELATED', 'ESTABLISHED'], negate: false },
      ],
      { kind: 'accept' },
    ),
  ]
}
