import { type Entry, error, warning } from '../entry.js'

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

/** KN050-KN056: EndpointSlices and Endpoints. */
export const ENDPOINTS = {
  KN050: error({
    title: 'EndpointSlice over its limits',
    reason:
      'A slice holds at most 1000 endpoints with 1 to 100 addresses each, and at most 20000 ports; the API server refuses any other.',
    remedy: 'Split the slice: any number of slices may belong to one Service.',
  }),
  KN051: error({
    title: 'invalid or repeated port name in an EndpointSlice',
    reason:
      'Endpoints belong to a service port by this name. It is empty or a DNS label, and unique in its slice (or subset), whatever the protocol.',
    remedy: 'Give each port the name of the service port that it is for.',
  }),
  KN052: error({
    title: 'endpoint address of another family',
    reason:
      'All addresses of a slice are of its addressType. The proxy of one family cannot do DNAT to an address of the other.',
    remedy: 'Put the address into a slice with its own addressType.',
  }),
  KN053: error({
    title: 'invalid topology hints',
    reason:
      'An endpoint has at most 8 hints for zones and 8 for nodes, none of them empty or repeated. A wrong hint would steer traffic away for no reason that shows.',
    remedy:
      'Correct the hints, or remove them from all endpoints of the Service, which switches the filter off.',
  }),
  KN054: error({
    title: 'invalid node name',
    reason:
      'nodeName must be able to be the name of a Node: endpoints count as local to the node of exactly that name.',
    remedy:
      'Write the name as `kubectl get nodes` shows it, or leave it out if the endpoint is on no node of the cluster.',
  }),
  KN056: warning({
    title: 'Endpoints subset cut at 1000 addresses',
    reason:
      'The controller that mirrors Endpoints into EndpointSlices takes at most 1000 addresses of a subset, ready ones first. The others get no traffic, as in a cluster.',
    remedy: 'Write EndpointSlices instead of Endpoints; several may belong to one Service.',
  }),
} as const satisfies Record<string, Entry>

/** KN060-KN063: Nodes. */
export const NODE = {
  KN060: error({
    title: 'invalid address or pod CIDR of a Node',
    reason:
      'Addresses of type InternalIP and ExternalIP and the pod CIDRs decide where NodePorts listen and which traffic counts as local.',
    remedy:
      'Correct the Node object; host names belong to the address type Hostname, InternalDNS or ExternalDNS.',
  }),
  KN061: error({
    title: 'unknown node',
    reason:
      'No Node object has this name, and no --node-addresses stand for one. With a misspelt name all endpoints would count as remote.',
    remedy:
      'Use one of the names that the message lists, add the Node object, or pass --node-addresses with the addresses of the node.',
  }),
  KN062: warning({
    title: 'Node without an address',
    reason:
      'The Node object has neither an InternalIP nor an ExternalIP. The word primary in --nodeport-addresses then names no address, so NodePorts are open on all addresses of the node.',
    remedy: 'Give the Node object with its status, or pass --node-addresses.',
  }),
  KN063: error({
    title: 'no Node objects',
    reason: '--all-nodes writes a file for each Node object, and there is none in the input.',
    remedy:
      'Add the Nodes (`kubectl get nodes -o json`), or compile for one node with --node and --node-addresses.',
  }),
} as const satisfies Record<string, Entry>

/** KN070-KN072: the annotation kubenat.dev/weights. */
export const WEIGHTS = {
  KN070: error({
    title: 'invalid weights annotation',
    reason:
      'kubenat.dev/weights is a JSON object from endpoint address or target pod name to an integer from 0 to 1000. An endpoint that it does not name weighs 1, and 0 drains one: it gets no new connections.',
    remedy: 'Write for example {"10.244.1.5": 3, "web-canary": 0}.',
  }),
  KN071: warning({
    title: 'all weights are zero',
    reason:
      'Every endpoint that this node may use weighs 0. Rather than refuse all traffic, they count as equal, as if no weights were set.',
    remedy:
      'Give one endpoint a weight above 0; to stop the traffic, remove the endpoints or mark them as not ready.',
  }),
  KN072: warning({
    title: 'weight for an unknown endpoint',
    reason:
      'No endpoint of the Service has this address or pod name, so the weight does nothing: a misspelt name, or a pod that is gone.',
    remedy: 'Correct the name, or remove the entry.',
  }),
} as const satisfies Record<string, Entry>

/** KN100-KN116: objects against each other, against the options, and against the node. */
export const CROSS = {
  KN100: error({
    title: 'destination claimed twice',
    reason:
      'Two service ports claim one address, protocol and port, or one node port. A map of nftables holds one verdict for a key, and the kernel refuses the whole transaction that brings two.',
    remedy: 'Change one of the two, or let the older Service have it with --on-conflict first.',
  }),
  KN101: warning({
    title: 'claim given to the older Service',
    reason:
      'With --on-conflict first a destination that two Services claim goes to the older one, by creationTimestamp, then by namespace and name. The other goes without it.',
    remedy: 'Give one of the two Services another address or port.',
  }),
  KN103: warning({
    title: 'cluster IP shared by two Services',
    reason:
      'An API server never gives one cluster IP to two Services. Both are served as long as their ports differ, but one of them may be stale or of another cluster.',
    remedy: 'Remove the one that is gone, or give it another clusterIP.',
  }),
  KN104: warning({
    title: 'cluster IP outside the service CIDRs',
    reason:
      'An API server takes cluster IPs from its service CIDRs only. The Service is served all the same, but it or the service CIDR may be of another cluster.',
    remedy: 'Correct --service-cidr, add the missing ServiceCIDR object, or change the clusterIP.',
  }),
  KN105: warning({
    title: 'endpoints without a Service',
    reason:
      'The label kubernetes.io/service-name names a Service that is not among the objects, so no rule leads to these endpoints.',
    remedy: 'Add the Service, correct the label, or remove the stale object.',
  }),
  KN106: warning({
    title: 'endpoint port that no service port matches',
    reason:
      'Endpoints belong to a service port by port name and protocol, not by number and not by targetPort. This one matches none, so its endpoints get no traffic through it.',
    remedy:
      'Give the endpoint port the name and protocol of the service port; an unnamed port matches an unnamed one only.',
  }),
  KN107: warning({
    title: 'endpoint address that is a cluster IP',
    reason:
      'DNAT happens once for a connection: traffic sent on to a cluster IP is not rewritten again and is rejected or lost.',
    remedy: 'List the addresses of the real backends.',
  }),
  KN108: warning({
    title: 'external IP inside a service CIDR',
    reason:
      'The API server may give the same address to any Service as its cluster IP, and the two would then claim one destination.',
    remedy: 'Choose an external IP outside the service CIDRs.',
  }),
  KN109: warning({
    title: 'no endpoint is on this node',
    reason:
      'Endpoints carry node names, but none carries this one, and no Node object has it. Most often the name is spelt differently; all endpoints then count as remote, and Local traffic policies drop everything here.',
    remedy:
      'Pass --node exactly as `kubectl get nodes` shows it, or give the Node object. On a node without pods nothing is wrong.',
  }),
  KN110: warning({
    title: 'zone hints without a Node object',
    reason:
      'Endpoints carry hints for zones, but the zone of this node is the label topology.kubernetes.io/zone of its Node object, which is absent. The hints are ignored, and traffic goes to all zones.',
    remedy: 'Add the Node object to the input.',
  }),
  KN111: warning({
    title: 'local traffic cannot be told apart',
    reason:
      'The setting that --detect-local-mode goes by (such as --cluster-cidr) is missing for a family. So traffic to ClusterIPs from outside is not masqueraded, and pods get no short circuit past externalTrafficPolicy: Local.',
    remedy: 'Pass the setting for this family, or choose a mode whose setting is known.',
  }),
  KN112: warning({
    title: 'NodePort on a loopback address',
    reason:
      'NodePorts never answer on ::1, and on 127.0.0.0/8 only in iptables mode, unless --iptables-localhost-nodeports=false, whatever --nodeport-addresses says. So the entry does nothing.',
    remedy: 'Remove the entry, and use an address of the node instead of localhost.',
  }),
  KN113: warning({
    title: 'NodePorts open on all addresses of a family',
    reason:
      '--nodeport-addresses has no entry for a family, as with primary on a node that has no address of it. kube-proxy then opens NodePorts on all local addresses of that family, and so do these rules.',
    remedy:
      'Add a CIDR of that family; one that holds no address of the node, such as 2001:db8::/128, keeps NodePorts closed.',
  }),
  KN114: warning({
    title: 'configuration of another proxy mode',
    reason:
      'The file given with --config is for a mode whose rules are not compiled: these are those of --proxy-mode (nftables if it is not given). Settings that all modes share are used; defaults may differ, above all that of nodePortAddresses, which is primary in nftables mode. An empty mode is iptables to kube-proxy on Linux.',
    remedy:
      'Check those settings, then set mode: nftables or mode: iptables, or give --proxy-mode.',
  }),
  KN115: warning({
    title: 'chain that others refer to',
    reason:
      'A chain of kube-proxy that --previous is to remove is one to which a rule of somebody else still leads, and the kernel deletes no chain that is referred to: the whole table would not load. The chain is emptied and stays.',
    remedy: 'Remove the rule that leads to it, and give a new iptables-save as --previous.',
  }),
  KN116: warning({
    title: 'feature gate that changes rules',
    reason:
      'The configuration switches a feature gate of kube-proxy to a value under which it writes other rules than these, which are those of kube-proxy 1.37 with its defaults. AllowServiceExternalIPs is obeyed; this one is not.',
    remedy: 'Look at the Services that the message speaks of, or remove the gate.',
  }),
} as const satisfies Record<string, Entry>

/** KN080-KN084: --allocate, the stand-in for the API server's allocation. */
export const ALLOCATION = {
  KN080: error({
    title: 'invalid allocation file',
    reason:
      'The file of --allocate is not what kubenat writes. Going on without it could give addresses that are in use to other Services.',
    remedy:
      'Mend the file or restore it from a backup; without the file all values are chosen anew.',
  }),
  KN081: error({
    title: 'nothing left to allocate',
    reason:
      'Every address of the service CIDRs of this family, or every port of the node port range, is in use.',
    remedy:
      'Add a service CIDR, widen --service-node-port-range, or remove Services that are not needed.',
  }),
  KN082: error({
    title: 'explicit value outside the range that is allocated from',
    reason:
      'As an API server does, --allocate accepts a cluster IP of the service CIDRs only, and neither their network address nor an IPv4 broadcast address.',
    remedy:
      'Write an address of the service CIDRs, correct --service-cidr, or leave clusterIP out.',
  }),
  KN083: warning({
    title: 'allocation moved to another value',
    reason:
      'A Service now names a value that had been allocated to another, or the ranges no longer hold it. What is written always wins, so the allocated value moves; clients that use the old one lose it.',
    remedy:
      'Write another value if the old one matters, best in the lower part of the range, which is given out last.',
  }),
  KN084: error({
    title: 'no service CIDR to allocate from',
    reason: 'The Service wants an address of a family of which no service CIDR is known.',
    remedy:
      'Pass --service-cidr or add a ServiceCIDR object, or correct ipFamilies and ipFamilyPolicy.',
  }),
} as const satisfies Record<string, Entry>
