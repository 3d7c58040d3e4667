import { type Entry, note, warning } from './entry.js'

/** KN210-KN214: lints about loadBalancerSourceRanges. */
export const LINT_SOURCE_RANGES = {
  KN210: warning({
    title: 'source ranges that leave other ways open',
    reason:
      'loadBalancerSourceRanges bind the load balancer addresses alone. Node ports and external IPs of the Service take connections from everybody.',
    remedy:
      'Set allocateLoadBalancerNodePorts: false if the load balancer needs no node ports, or use a NetworkPolicy or firewall for them.',
  }),
  KN211: warning({
    title: 'source ranges of the other family only',
    reason:
      'Each family has ranges of its own. A load balancer address whose family has none is open to everybody.',
    remedy: 'Add ranges of that family; one that allows nobody is 192.0.2.0/32 or 2001:db8::/128.',
  }),
  KN212: warning({
    title: 'source range that allows everybody',
    reason:
      'A range of prefix length 0 lets in every source of its family, so the other ranges of it do nothing.',
    remedy: 'Remove it if the others are meant; without any range everybody may connect, too.',
  }),
  KN213: note({
    title: 'source ranges that only the load balancer can enforce',
    reason:
      'Ranges bind load balancer addresses of mode VIP. This load balancer has only host names or addresses of mode Proxy, whose traffic the proxy cannot tell from other traffic of node ports.',
    remedy: 'Make sure that the load balancer itself enforces the ranges.',
  }),
  KN214: note({
    title: 'source ranges that shut out pods or nodes',
    reason:
      "Source ranges are enforced before any short circuit: a pod or node outside of them is dropped at the load balancer's address, although its traffic would stay in the cluster.",
    remedy:
      "Add the pods' range and the addresses of the nodes, or let them use the cluster IP instead.",
  }),
} as const satisfies Record<string, Entry>
