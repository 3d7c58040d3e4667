import { type Entry, note, warning } from './entry.js'

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
