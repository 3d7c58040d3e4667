import { type Entry, error, warning } from './entry.js'

/** KN100-KN114: objects against each other, against the options, and against the node. */
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
      'Endpoints carry node names, but none carries this one. Most often the name is spelt differently; all endpoints then count as remote, and Local traffic policies drop everything here.',
    remedy:
      'Pass --node exactly as `kubectl get nodes` shows it. On a node without pods nothing is wrong.',
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
      'The file given with --config is for a mode whose rules are not compiled: these are those of --proxy-mode (nftables if it is not given). Settings that all modes share are used; defaults may differ, above all that of nodePortAddresses, which is primary in nftables mode.',
    remedy: 'Check those settings, then set mode: nftables or mode: iptables.',
  }),
} as const satisfies Record<string, Entry>
