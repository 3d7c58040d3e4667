import { type Entry, error, warning } from './entry.js'

/** KN030-KN046: Services. */
export const SERVICE = {
  KN030: error({
    title: 'Service without ports',
    reason:
      'Only a headless or an ExternalName Service may have no ports; any other would have an address and nothing behind it.',
    remedy: 'Add an entry to spec.ports, or set clusterIP: None.',
  }),
  KN031: error({
    title: 'invalid, missing or repeated port name',
    reason:
      'Endpoints belong to a service port by its name and protocol alone, so every port of a Service with several needs a name of its own.',
    remedy:
      'Name each port, with at most 63 characters of a-z, 0-9 and -; the ports of its EndpointSlices must bear the same names.',
  }),
  KN032: error({
    title: 'port listed twice',
    reason:
      'A port or node port of one protocol can lead to one place only: nftables would hold two verdicts for one key.',
    remedy: 'Give one of the entries another number or protocol, or remove it.',
  }),
  KN033: error({
    title: 'invalid targetPort',
    reason:
      'A targetPort is a port number or the name of a container port. No rule depends on it, since the port comes from the endpoints, but the API server refuses the Service.',
    remedy:
      'Write a number from 1 to 65535, or a name of at most 15 characters of a-z, 0-9 and - with at least one letter; or leave it out.',
  }),
  KN034: error({
    title: 'nodePort on a type without node ports',
    reason:
      'A Service of type ClusterIP has no node ports. The type is ClusterIP too where none is written.',
    remedy: 'Set type: NodePort or LoadBalancer, or remove the nodePort.',
  }),
  KN035: error({
    title: 'nodePort outside the node port range',
    reason:
      'The API server gives and accepts node ports of its range only, so that they meet neither local services nor ephemeral ports.',
    remedy:
      'Choose a port of the range, or pass the range of the API server as --service-node-port-range.',
  }),
  KN036: error({
    title: 'fields that contradict the type of the Service',
    reason:
      'An ExternalName Service is a DNS alias, with an externalName and no addresses; a NodePort or LoadBalancer Service needs a cluster IP and cannot be headless.',
    remedy: 'Change the type, or the field that the message names.',
  }),
  KN037: error({
    title: 'cluster IPs and IP families disagree',
    reason:
      'A Service has at most one cluster IP of each family; clusterIP repeats the first of clusterIPs, and ipFamilies names their families in the same order. kube-proxy pairs the two lists by position.',
    remedy:
      'Make clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy agree, or leave all but clusterIP out.',
  }),
  KN038: error({
    title: 'field that this Service may not have',
    reason:
      'The field has a meaning for some types of Service only, and the API server refuses it on others.',
    remedy: 'Remove the field, or give the Service the type that the message names.',
  }),
  KN039: error({
    title: 'session affinity configuration without session affinity',
    reason:
      'A timeout is set but no affinity, so each connection of a client would go to any endpoint.',
    remedy: 'Set sessionAffinity: ClientIP, or remove sessionAffinityConfig.',
  }),
  KN040: error({
    title: 'invalid load balancer ingress',
    reason:
      'An entry of status.loadBalancer.ingress has an address in ip or a DNS name in hostname, and an ipMode only beside an ip. Only Services of type LoadBalancer have any.',
    remedy: 'Correct the entry, or remove the status if the Service is no load balancer any more.',
  }),
  KN041: error({
    title: 'topology annotations disagree',
    reason:
      'service.kubernetes.io/topology-aware-hints is the old name of service.kubernetes.io/topology-mode; with different values the API server refuses the Service.',
    remedy: 'Keep topology-mode only.',
  }),
  KN042: warning({
    title: 'Service without a cluster IP',
    reason:
      'The API server gives every such Service an address, and kube-proxy ignores it until then. This file has not been through one: the Service gets its other destinations, and no ClusterIP. In `kubenat check` this is a note.',
    remedy:
      'Write spec.clusterIP, let --allocate FILE choose it from --service-cidr, or set clusterIP: None if none is wanted.',
  }),
  KN043: warning({
    title: 'service port without a node port',
    reason:
      'The API server gives every port of a NodePort or LoadBalancer Service a node port. This file has not been through one, so the port gets no NodePort rule. In `kubenat check` this is a note.',
    remedy:
      'Write nodePort, let --allocate FILE choose it, or set allocateLoadBalancerNodePorts: false if a load balancer needs none.',
  }),
  KN045: error({
    title: 'healthCheckNodePort clashes with a nodePort',
    reason:
      'kube-proxy answers health checks on healthCheckNodePort itself; a node port of the same number would send them to a backend.',
    remedy: 'Choose another port for one of the two.',
  }),
  KN046: warning({
    title: 'cluster IP of a Service that another proxy serves',
    reason:
      'With the label service.kubernetes.io/service-proxy-name the Service is not among these rules, and in nftables mode its cluster IP counts as unallocated: its traffic is dropped in filter, unless the other proxy does DNAT before priority 0.',
    remedy:
      'Make sure that the other proxy rewrites the destination earlier, give the Service an address outside the service CIDRs, or remove the label.',
  }),
} as const satisfies Record<string, Entry>
