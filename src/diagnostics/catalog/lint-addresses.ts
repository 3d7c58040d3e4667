import { type Entry, note, warning } from './entry.js'

/** KN220-KN229: lints about addresses that meet. */
export const LINT_ADDRESSES = {
  KN220: warning({
    title: 'external IP that is an address of a node',
    reason:
      'Every node of the cluster takes connections to this address and port for itself, and on the node that has it the Service comes before its own daemons and NodePorts.',
    remedy:
      'Use type NodePort or LoadBalancer, or an address that is routed to the nodes and belongs to none.',
  }),
  KN221: warning({
    title: "external IP that is another Service's address",
    reason:
      'The address is the cluster IP or load balancer address of another Service. Ports that it does not serve are guarded or left alone in ways that its owner does not expect.',
    remedy: 'Choose an external IP of its own for this Service.',
  }),
  KN222: warning({
    title: 'load balancer address inside a service CIDR',
    reason:
      'The API server may give the address to a Service as its cluster IP, and other ports of it are dropped as unallocated.',
    remedy: 'Give the load balancer a pool of addresses outside of the service CIDRs.',
  }),
  KN223: warning({
    title: 'endpoint inside a service CIDR',
    reason:
      'Behind DNAT the packet is addressed to the endpoint. What is addressed to a service CIDR and is no cluster IP, the rules drop as unallocated: the endpoint is never reached.',
    remedy: 'Correct the address of the endpoint, or the service CIDR.',
  }),
  KN224: note({
    title: 'load balancer address of mode Proxy',
    reason:
      'No rule is made for it: traffic of pods and nodes to this address leaves the node and comes back through the load balancer, and source ranges are its matter alone.',
    remedy: 'Nothing, if the load balancer wants it so (TLS, PROXY protocol).',
  }),
  KN225: warning({
    title: "node address inside the pods' range",
    reason:
      "The node's own traffic is taken for that of a pod: it is not masqueraded on its way to a cluster IP, and answers may not find back.",
    remedy: 'Keep node addresses out of --cluster-cidr, or choose another --detect-local-mode.',
  }),
  KN226: warning({
    title: "pod outside the pods' range",
    reason:
      'Traffic of this pod counts as coming from outside: it is masqueraded on its way to cluster IPs, and the Local external policy drops it where no local endpoint is (kubernetes#131765).',
    remedy: 'Correct --cluster-cidr, or choose a --detect-local-mode that knows these pods.',
  }),
  KN227: warning({
    title: 'pod CIDR of a node outside the cluster CIDR',
    reason:
      'All pods of this node count as clients from outside the cluster: they are masqueraded on their way to cluster IPs and get no short circuit.',
    remedy: 'Widen --cluster-cidr, which has to hold the pod CIDRs of all nodes.',
  }),
  KN228: warning({
    title: "service CIDR that overlaps the pods' range",
    reason:
      'An address could be a pod and a cluster IP at once, and the rules drop what goes to unallocated addresses of the service CIDR, pods among them.',
    remedy: 'Use ranges that do not overlap.',
  }),
  KN229: warning({
    title: 'two nodes with one address',
    reason: 'Two Node objects claim one address: one of them is stale or of another cluster.',
    remedy: 'Remove the stale Node object or correct its addresses.',
  }),
} as const satisfies Record<string, Entry>
