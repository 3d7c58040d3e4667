import { type Entry, note, warning } from '../entry.js'

/** KN300-KN319: what `kubenat migrate` finds; nothing of it concerns a compile. */
export const MIGRATE = {
  KN300: warning({
    title: 'NodePorts on localhost no longer answer',
    reason:
      'In iptables mode a node reaches NodePorts at 127.0.0.1 too. nftables mode never translates packets to a loopback address: registries and agents that are called at localhost:PORT are cut off.',
    remedy:
      'Call the NodePort at the address of the node, or use the ClusterIP or a hostPort; find out who uses it by the counter kubeproxy_iptables_localhost_nodeports_accepted_packets_total.',
  }),
  KN301: warning({
    title: 'NodePorts at fewer addresses of the node',
    reason:
      'Without --nodeport-addresses, iptables mode serves NodePorts at every address of the node, nftables mode at its primary addresses alone. Clients and load balancers that use another address are not served any more.',
    remedy:
      'Set nodePortAddresses (--nodeport-addresses) to CIDRs of the addresses in use, or to 0.0.0.0/0 and ::/0 for all of them, before the change.',
  }),
  KN302: note({
    title: 'unserved NodePorts no longer guarded at every address',
    reason:
      'A NodePort without a usable endpoint is refused or dropped at every address of the host in iptables mode, in nftables mode only where NodePorts are served. At the others the host itself answers, if a process listens at that port.',
    remedy: 'Nothing, unless a process of the node listens at the same port.',
  }),
  KN303: note({
    title: 'wrong ports of ClusterIPs are refused',
    reason:
      'iptables mode leaves packets to other ports and protocols of a ClusterIP alone, ping among them: they go wherever they are routed. nftables mode refuses them at once.',
    remedy:
      'Nothing, unless a probe takes silence of a ClusterIP for health, or another tool answers there after filter priority 0.',
  }),
  KN304: note({
    title: 'unallocated addresses of the service CIDRs are dropped',
    reason:
      'iptables mode leaves packets to addresses of a service CIDR alone if no Service has them. nftables mode drops them, also those to other ports of external and load balancer IPs that lie in such a range.',
    remedy:
      'Let nothing but ClusterIPs live in the service CIDRs; correct ServiceCIDR objects that are too wide.',
  }),
  KN305: warning({
    title: 'endpoints at addresses of ClusterIPs are cut off',
    reason:
      'nftables mode looks at destinations after translation: what is sent on to an endpoint that lies in a service CIDR is dropped, and what goes to the ClusterIP of a Service is refused. iptables mode sends it on.',
    remedy:
      'Keep the addresses of pods and other backends outside of the service CIDRs, and list real backends instead of ClusterIPs.',
  }),
  KN306: warning({
    title: 'ClusterIPs of another proxy are dropped',
    reason:
      'A Service with the label service.kubernetes.io/service-proxy-name is left to another proxy in both modes, but its ClusterIP counts as unallocated in nftables mode: its packets are dropped unless that proxy translates them before filter priority 0.',
    remedy:
      'Make sure that the other proxy translates in prerouting and output, or give the Service an address outside of the service CIDRs.',
  }),
  KN307: warning({
    title: 'forwarded traffic of Services is no longer accepted',
    reason:
      'KUBE-FORWARD accepts marked packets (those to be masqueraded) and all established flows, past what follows in FORWARD and its policy. nftables mode accepts nothing: a drop of any other table or of a FORWARD policy is final.',
    remedy:
      "Let the host's firewall accept forwarded traffic from and to the pods, for instance new flows with ct status dnat, and established ones.",
  }),
  KN308: warning({
    title: 'health check node ports are no longer accepted',
    reason:
      'iptables mode accepts connections to healthCheckNodePort in INPUT. nftables mode has no such rule: behind a host firewall that drops by default, the load balancer takes the node for dead.',
    remedy: "Open these ports in the host's firewall, for the load balancer's addresses.",
  }),
  KN309: warning({
    title: 'packets of state INVALID are no longer dropped',
    reason:
      'KUBE-FORWARD drops forwarded packets that conntrack cannot place. In nftables mode they go on untranslated: a late answer reaches the client from the address of the endpoint, and the client resets the connection (kubernetes#74839).',
    remedy:
      'Set conntrack.tcpBeLiberal: true, or drop ct state invalid in a forward chain of your own; kubeproxy_iptables_ct_state_invalid_dropped_packets_total shows how many there are.',
  }),
  KN310: warning({
    title: 'endpoints without nodeName no longer reach themselves',
    reason:
      'iptables mode masquerades every flow of an endpoint to itself; nftables mode only those of endpoints whose nodeName is this node. An endpoint of this node without it loses the connections that are balanced back to it.',
    remedy: 'Set nodeName in the EndpointSlices or Endpoints that are written by hand.',
  }),
  KN311: note({
    title: "the node's own traffic to unserved external addresses is refused",
    reason:
      'In iptables mode packets of the node itself to an external or load balancer IP without endpoints pass, and go to wherever they are routed. nftables mode refuses them like those of others.',
    remedy: 'Nothing, unless something outside of the cluster answers at this address and port.',
  }),
  KN312: note({
    title: 'source ranges without endpoints drop instead of refusing',
    reason:
      'Where a load balancer IP has no endpoints, iptables mode refuses everybody. nftables mode checks loadBalancerSourceRanges first: who is outside of them is dropped, and waits for a timeout.',
    remedy: 'Nothing, unless a probe from outside of the ranges goes by the refusal.',
  }),
  KN313: warning({
    title: 'source ranges bind an external IP',
    reason:
      'An address that is both in spec.externalIPs and a load balancer IP is open to everybody in iptables mode, where the rule of the external IP comes first. nftables mode enforces loadBalancerSourceRanges on it.',
    remedy:
      'Add the sources that use it to loadBalancerSourceRanges, or remove the address from externalIPs if the ranges were meant for it.',
  }),
  KN314: note({
    title: 'session affinity begins anew',
    reason:
      'The clients on record in the lists of iptables (xt_recent, at most 100 an endpoint) are not known to the sets of nftables mode: the first new connection of each client may go to another endpoint. From then on no client is forgotten before its time.',
    remedy: 'Move nodes at a time when sessions may be lost.',
  }),
  KN315: warning({
    title: 'route_localnet stays on',
    reason:
      "For NodePorts on localhost kube-proxy has set net.ipv4.conf.all.route_localnet=1, and the rule of KUBE-FIREWALL that keeps neighbours from the node's 127.0.0.0/8 goes with iptables mode, unless kubelet keeps one of its own. Nothing sets it back.",
    remedy: 'Set net.ipv4.conf.all.route_localnet=0 after the change, or reboot the node.',
  }),
  KN316: warning({
    title: 'masqueradeAll differs between the modes',
    reason:
      'The configuration has a masqueradeAll for each mode, in its sections iptables and nftables. With it endpoints see the node as the source of all traffic to ClusterIPs, without it the addresses of pods.',
    remedy: 'Set nftables.masqueradeAll as iptables.masqueradeAll is, or pass --masquerade-all.',
  }),
  KN317: warning({
    title: 'masquerade bit differs between the modes',
    reason:
      'The configuration has a masqueradeBit for each mode, in its sections iptables and nftables. A bit that was moved out of the way of other users of packet marks gets in their way again.',
    remedy: 'Set nftables.masqueradeBit as iptables.masqueradeBit is.',
  }),
  KN318: note({
    title: 'chains and tables have other names',
    reason:
      'The KUBE-* chains in the tables nat and filter are replaced by chains of the tables ip kube-proxy and ip6 kube-proxy. Rules and scripts that name them, or count by them, find nothing; the packet mark is no interface either.',
    remedy:
      'Rewrite such rules as tables of their own, with priorities relative to dstnat, filter and srcnat; remove leftover KUBE-* chains (kube-proxy does at its start).',
  }),
  KN319: note({
    title: 'endpoints of other nodes no longer reach themselves by this NodePort',
    reason:
      'A pod of another node that calls a NodePort of this node under externalTrafficPolicy: Local may be sent back to itself. iptables mode masquerades that flow, nftables mode does so for endpoints of this node only, and the answer is lost.',
    remedy:
      'Let pods use the ClusterIP. Where the network plugin hides pods behind the address of their node nothing changes.',
  }),
  KN320: note({
    title: 'the hash begins to count',
    reason:
      'iptables has no match that hashes a packet, so kubenat.dev/hash does nothing there and endpoints are chosen by chance. In nftables mode each client has one, the same on every node that has been moved.',
    remedy: 'Nothing, unless clients rely on being spread with each connection.',
  }),
} as const satisfies Record<string, Entry>
