import { type Entry, note, warning } from './entry.js'

/** KN201-KN207: lints about Services and their ports. */
export const LINT_SERVICES = {
  KN201: warning({
    title: 'names too long for a comment',
    reason:
      'Where a service port has no endpoints, kube-proxy puts namespace/name:port into a comment, of which nft takes 128 bytes. Versions before 1.36.2 do not cut it, and every sync of every Service then fails (kubernetes#139515).',
    remedy: 'Shorten the name of the Service or of the port; kubenat itself cuts the comment.',
  }),
  KN202: warning({
    title: 'ports of an ExternalName Service',
    reason:
      'An ExternalName Service is a DNS alias: clients reach the port that they ask for, and nothing translates to these.',
    remedy:
      'Remove spec.ports, or use a Service without a selector and with EndpointSlices of its own.',
  }),
  KN203: note({
    title: 'publishNotReadyAddresses on a Service with a cluster IP',
    reason:
      'The proxy never reads the field. Where a controller makes the slices, it marks all endpoints as ready then, so connections go to pods that are not; where slices are written by hand, it does nothing.',
    remedy: 'Use it on headless Services, which DNS alone serves, and remove it here.',
  }),
  KN204: note({
    title: 'healthCheckNodePort that these rules do not serve',
    reason:
      'kube-proxy answers on this port in user space. No rule is made for it, and none opens it in a firewall; on a host without kube-proxy nobody answers, and load balancers take the node for dead.',
    remedy: 'Run an answering process on such hosts, and open the port to the load balancer.',
  }),
  KN205: note({
    title: 'node port although none is to be allocated',
    reason:
      'allocateLoadBalancerNodePorts: false keeps the API server from giving node ports; those that a port already has stay open on every node.',
    remedy: 'Set nodePort: 0 on the port, or remove allocateLoadBalancerNodePorts.',
  }),
  KN206: note({
    title: 'node port in the range of ephemeral ports',
    reason:
      "Linux takes ports of outgoing connections from 32768 to 60999 (net.ipv4.ip_local_port_range). A node's own connection may hold the port, and answers to it may meet the NodePort rule.",
    remedy: 'Choose a node port below 32768, or reserve it in net.ipv4.ip_local_reserved_ports.',
  }),
  KN207: warning({
    title: 'targetPort that differs from the port of the endpoints',
    reason:
      'The proxy never reads targetPort: connections go to the port number of the EndpointSlice. Another number there means that one of the two is stale.',
    remedy: 'Bring the slice up to date, or correct targetPort.',
  }),
} as const satisfies Record<string, Entry>
