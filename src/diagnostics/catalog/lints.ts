import { type Entry, note, warning } from '../entry.js'

/** KN215-KN229: lints about addresses that meet. */
export const LINT_ADDRESSES = {
  KN215: note({
    title: 'load balancer address that is an address of a node',
    reason:
      'Rules for load balancer addresses act before anything that listens on the node: the ports of the Service at this address go to its endpoints on every node.',
    remedy:
      'Nothing where that is meant, as with small load balancers that hand out node addresses.',
  }),
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

/** KN230-KN234: lints about session affinity. */
export const LINT_AFFINITY = {
  KN230: note({
    title: 'session affinity with UDP',
    reason:
      "Rules see the first packet of a flow. A UDP client that keeps its port stays with its endpoint as long as conntrack remembers the flow, even a removed one where nobody cleans up; one that pauses longer counts as new when the affinity's time is up.",
    remedy: 'Check that the protocol can bear both; drop the affinity if it needs none.',
  }),
  KN231: note({
    title: 'session affinity with several ports',
    reason:
      'A client is bound for each port by itself (kubernetes#103000): it may reach one endpoint by the first port and another by the second.',
    remedy: 'Do not rely on one endpoint for all ports, or serve them by one port.',
  }),
  KN232: note({
    title: 'session affinity for hours',
    reason:
      'Each new connection binds the client again for timeoutSeconds, three hours if nothing is written. New endpoints get hardly any known clients, and sets hold an element for every client of that time.',
    remedy: 'Write the shortest timeoutSeconds that the application needs.',
  }),
  KN233: note({
    title: 'weights behind session affinity',
    reason:
      'Weights decide for clients that are not bound yet. A known client stays with its endpoint, even with one of weight 0, until its time is up; and many users behind one address count as one client.',
    remedy: 'Expect shares to follow slowly, or drop one of the two.',
  }),
  KN234: warning({
    title: 'session affinity over many endpoints',
    reason:
      'A chain, a set and a rule are made for each endpoint, and every new connection of an unknown client is looked up in all of these sets, one after the other.',
    remedy: 'Drop the affinity, or divide the Service.',
  }),
} as const satisfies Record<string, Entry>

/** KN240-KN247: lints about the endpoints of a Service. */
export const LINT_ENDPOINTS = {
  KN240: note({
    title: 'Service without endpoints',
    reason: 'No slice gives this Service an endpoint: connections to it are refused.',
    remedy:
      'Nothing, if it is scaled to zero; else compare its selector with the labels of its pods, or add EndpointSlices.',
  }),
  KN241: warning({
    title: 'service port that no endpoint port matches',
    reason:
      'Endpoints belong to a service port by port name and protocol. The Service has endpoints, but none under the name and protocol of this port: connections to it are refused.',
    remedy: 'Give a port of the EndpointSlices the name and protocol of this service port.',
  }),
  KN242: warning({
    title: 'no endpoint is ready',
    reason: 'All endpoints of the service port are unready: connections to it are refused.',
    remedy: 'See why the pods are not ready (`kubectl describe pod`).',
  }),
  KN243: warning({
    title: 'only terminating endpoints are left',
    reason:
      'No endpoint is ready, so new connections go to pods that are being deleted and still answer. When they are gone, connections are refused.',
    remedy: 'See why no new pod becomes ready.',
  }),
  KN244: warning({
    title: 'endpoint that is serving, but neither ready nor terminating',
    reason:
      'serving counts for terminating endpoints only. One that is not ready and not terminating gets no traffic, whatever serving says; controllers never write this.',
    remedy: 'Set ready: true if the endpoint shall be used.',
  }),
  KN245: warning({
    title: 'dual-stack Service with endpoints of one family only',
    reason:
      'The Service has a cluster IP of each family, but endpoints of one: connections to the other are refused, as clients that prefer that family notice first.',
    remedy:
      'Add EndpointSlices of the other family (pods need addresses of both), or make the Service single-stack.',
  }),
  KN246: warning({
    title: 'pod endpoint without a node name',
    reason:
      'Without nodeName an endpoint is local to no node: Local policies never use it, and a connection of the pod to itself through the Service is not masqueraded, so it never completes.',
    remedy: 'Write the nodeName of each pod endpoint.',
  }),
  KN247: note({
    title: 'endpoint on a node without a Node object',
    reason:
      'nodeName names a node that is not among the Node objects: a node that is gone, a misspelt name, or an input without all nodes.',
    remedy: 'Add the Node object, correct the name, or remove the stale endpoint.',
  }),
} as const satisfies Record<string, Entry>

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

/** KN260-KN276: lints about traffic policies and topology. */
export const LINT_POLICIES = {
  KN260: warning({
    title: 'external Local policy that no node can serve',
    reason:
      'With externalTrafficPolicy: Local a node sends outside clients to its own endpoints only. The Service has usable endpoints, but none on a known node: outside clients are dropped everywhere.',
    remedy: 'Write the nodeName of the endpoints, add the Node objects, or use the policy Cluster.',
  }),
  KN261: note({
    title: 'external Local policy without a load balancer',
    reason:
      'Nodes without an endpoint of their own drop outside clients. A load balancer finds that out by the health check; clients of node ports and external IPs have to know the right nodes.',
    remedy: 'Use the policy Cluster, or run an endpoint on every node that clients use.',
  }),
  KN262: warning({
    title: 'internal Local policy that some nodes cannot serve',
    reason:
      'With internalTrafficPolicy: Local the cluster IP leads to endpoints of the same node alone; on a node without one, connections are dropped, and clients wait for their timeout.',
    remedy:
      'Run an endpoint on every node that has clients (a DaemonSet), or use the policy Cluster.',
  }),
  KN263: warning({
    title: 'shared load balancer address that no node can serve whole',
    reason:
      'With externalTrafficPolicy Local a node drops what it has no endpoint for. An address that is taken by one node serves only those of its Services that have endpoints there.',
    remedy: 'Run endpoints of both on one node, use the policy Cluster, or an address for each.',
  }),

  KN270: warning({
    title: 'incomplete hints switch topology off',
    reason:
      'Hints count only if every ready endpoint of the service port has one. Some have none, so all hints are ignored, and traffic goes everywhere.',
    remedy: 'Give every ready endpoint a hint; controllers do so by themselves.',
  }),
  KN271: warning({
    title: 'topology is asked for, but there are no hints',
    reason:
      'The proxy reads neither trafficDistribution nor the topology annotation, only the hints that the EndpointSlice controller makes of them. Without hints traffic goes everywhere.',
    remedy:
      'Write hints.forZones or forNodes into slices made by hand; in a cluster, see the events of the Service.',
  }),
  KN272: warning({
    title: 'hint for a zone that no node has',
    reason:
      'A zone hint is compared with the label topology.kubernetes.io/zone of nodes. No node has this zone, so the endpoint gets no traffic while the hints of others count.',
    remedy: 'Correct the hint or the label; hints are the whole name of a zone.',
  }),
  KN273: warning({
    title: 'node without a zone while zone hints are used',
    reason:
      'The node has no label topology.kubernetes.io/zone, so it ignores all zone hints and sends its traffic to all zones.',
    remedy: 'Label the node.',
  }),
  KN274: warning({
    title: 'hint for a node that is not there',
    reason:
      'A node hint is compared with the names of nodes. No Node object has this one, so the endpoint gets no traffic while the hints of others count.',
    remedy: 'Correct the hint, or add the Node object.',
  }),
  KN275: note({
    title: 'node whose zone no hint names',
    reason:
      'Every endpoint has zone hints, but none names the zone of this node: it ignores the hints and sends its traffic to all zones.',
    remedy: 'Run an endpoint in that zone, or give one a hint for it.',
  }),
  KN276: note({
    title: 'traffic distribution beside the internal Local policy',
    reason:
      'With internalTrafficPolicy: Local the cluster IP leads to endpoints of the same node, whatever hints say, so trafficDistribution does nothing for it.',
    remedy: 'Remove one of the two; PreferSameNode falls back to other nodes, Local does not.',
  }),
} as const satisfies Record<string, Entry>

/** KN201-KN209: lints about Services and their ports. */
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
  KN208: warning({
    title: 'address that gets no rules',
    reason:
      'External and load balancer addresses get rules only where the proxy serves the Service, in the families of its cluster IPs. Packets to this one are routed as if no Service were there.',
    remedy:
      'Give the Service a cluster IP of that family (ipFamilyPolicy, ipFamilies), or remove the address.',
  }),
  KN209: note({
    title: 'load balancer address that is wished, but not given',
    reason:
      'spec.loadBalancerIP is a wish to the load balancer. Rules are made for the addresses in the status alone.',
    remedy: 'See why the load balancer has not written the status (`kubectl describe service`).',
  }),
} as const satisfies Record<string, Entry>

/** KN250-KN259: lints about EndpointSlices and Endpoints. */
export const LINT_SLICES = {
  KN250: warning({
    title: 'EndpointSlice that belongs to no Service',
    reason:
      'A slice belongs to the Service that its label kubernetes.io/service-name names, in its own namespace. Without the label nobody uses it.',
    remedy: 'Add the label, or remove the slice.',
  }),
  KN251: warning({
    title: 'EndpointSlice of host names',
    reason: 'Slices of addressType FQDN are ignored by every proxy and deprecated.',
    remedy: 'Write addresses in slices of type IPv4 or IPv6, or use an ExternalName Service.',
  }),
  KN252: warning({
    title: 'endpoint port without a number',
    reason:
      'A port of a slice that has no number means all ports to some consumers; the proxy ignores it.',
    remedy: 'Write the port number that the endpoints listen on.',
  }),
  KN253: note({
    title: 'different numbers of one port',
    reason:
      'Slices of the Service give different port numbers under one name. All count, each for its own endpoints, as in the middle of a rollout.',
    remedy: 'Nothing during a rollout; else bring the stale slice up to date.',
  }),
  KN254: note({
    title: 'endpoint in several slices',
    reason:
      'The same address and port stands in several slices. It is used once; one that is not terminating wins, then the first slice by name. Controllers do this for moments only.',
    remedy: 'Remove the stale slice or endpoint.',
  }),
  KN255: warning({
    title: 'several addresses in one endpoint',
    reason:
      'Only the first address of an endpoint is used. The addresses of an endpoint are meant to be of one backend; others get no traffic.',
    remedy: 'Write an endpoint for each address.',
  }),
  KN256: warning({
    title: 'Endpoints that the cluster has truncated',
    reason:
      'The annotation endpoints.kubernetes.io/over-capacity says that more than 1000 addresses belonged here. Those that are missing get no traffic from these objects.',
    remedy: 'Use the EndpointSlices of the Service (`kubectl get endpointslices`).',
  }),
  KN257: warning({
    title: 'Endpoints that are ignored beside slices',
    reason:
      'Slices of the Service are there, so its Endpoints object is not mirrored; addresses that only the latter has get no traffic.',
    remedy: 'Add the addresses to a slice, or remove the Endpoints object.',
  }),
  KN258: warning({
    title: 'slices of two controllers for one Service',
    reason:
      'Slices made from Pods and slices mirrored from Endpoints count alike. Where a selector was added or removed, those of the other controller are left over, and their addresses get traffic.',
    remedy:
      'Remove the slice that is left over, and the Endpoints object that it was mirrored from.',
  }),
  KN259: warning({
    title: 'Endpoints that the cluster does not mirror',
    reason:
      'Endpoints become slices only for Services without a selector, and not where the label endpointslice.kubernetes.io/skip-mirror or an annotation of leader election is on them.',
    remedy: 'Give the slices of the Service: `kubectl get endpointslices` shows what counts.',
  }),
} as const satisfies Record<string, Entry>

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
