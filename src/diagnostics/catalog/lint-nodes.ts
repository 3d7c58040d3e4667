import { type Entry, note, warning } from './entry.js'

/** KN280-KN290: lints about nodes and sizes. */
export const LINT_NODES = {
  KN280: note({
    title: 'NodePorts on the primary address alone',
    reason:
      'With --nodeport-addresses primary, the default of nftables mode, NodePorts answer on one address of each family. The node has more, where iptables mode would have answered too.',
    remedy: 'Name the other addresses by a CIDR in --nodeport-addresses, or use all.',
  }),
  KN281: warning({
    title: 'several pod CIDRs of one family',
    reason:
      'With --detect-local-mode NodeCIDR only the first pod CIDR of a family tells pods from other traffic; pods of the others count as clients from outside.',
    remedy: 'Use one pod CIDR a family, or another --detect-local-mode.',
  }),
  KN290: warning({
    title: 'too many service ports for this layout',
    reason:
      "kube-proxy's layout has a chain and a map for each service port, and the kernel loads it in time that grows with the square of their number (kubernetes#139513).",
    remedy: 'Use --layout maps, which does the same with a few shared chains and maps.',
  }),
} as const satisfies Record<string, Entry>
