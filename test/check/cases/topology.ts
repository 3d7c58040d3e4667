import { endpoint, node, service, slice, UNREADY } from '../objects.js'
import type { LintCases } from './case.js'

const zones = (...names: readonly string[]) => ({
  hints: { forZones: names.map(name => ({ name })) },
})
const nodes = (...names: readonly string[]) => ({
  hints: { forNodes: names.map(name => ({ name })) },
})
const one = endpoint('10.244.1.10', zones('zone-1'))
const two = endpoint('10.244.2.10', { nodeName: 'worker-2', ...zones('zone-2') })
const bare = endpoint('10.244.2.11', { nodeName: 'worker-2' })
const asking = service({ trafficDistribution: 'PreferClose' })
const ZONE = 'metadata.labels["topology.kubernetes.io/zone"]'

/** KN270-KN276. */
export const TOPOLOGY_CASES: LintCases = {
  KN270: {
    fires: {
      objects: [asking, slice([one, two, bare])],
      says: 'shop/web spec.trafficDistribution: hints do not count: 10.244.2.11 without any',
    },
    silent: {
      'the one without is not ready': {
        objects: [asking, slice([one, two, endpoint('10.244.2.11', UNREADY)])],
      },
      'every endpoint has zone hints, and one a node hint beside': {
        objects: [
          asking,
          slice([
            two,
            endpoint('10.244.1.10', {
              hints: { forZones: [{ name: 'zone-1' }], forNodes: [{ name: 'worker-1' }] },
            }),
          ]),
        ],
      },
      'every endpoint has a node hint, and one a zone hint beside': {
        objects: [
          asking,
          slice([
            endpoint('10.244.1.11', nodes('worker-1')),
            endpoint('10.244.1.10', {
              hints: { forZones: [{ name: 'zone-1' }], forNodes: [{ name: 'worker-1' }] },
            }),
          ]),
        ],
      },
      'no hints at all, which is KN271': { objects: [asking, slice([bare])] },
      'the internal policy Local': {
        objects: [service({ internalTrafficPolicy: 'Local' }), slice([one, bare])],
      },
    },
  },
  KN271: {
    fires: {
      objects: [
        service({}, { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } }),
        slice([bare]),
        service({ clusterIP: '10.96.0.11', trafficDistribution: 'PreferClose' }, { name: 'other' }),
        slice([bare], {}, { of: 'other' }),
      ],
      says: [
        'shop/web metadata.annotations["service.kubernetes.io/topology-mode"]: does nothing: no endpoint carries a hint',
        'shop/other spec.trafficDistribution: does nothing: no endpoint carries a hint',
      ],
    },
    silent: {
      'there are hints': { objects: [asking, slice([one, two])] },
      'nobody asks': { objects: [service(), slice([bare])] },
      'nothing is ready': { objects: [asking, slice([endpoint('10.244.1.10', UNREADY)])] },
    },
  },
  KN272: {
    fires: {
      objects: [service(), slice([one, endpoint('10.244.1.11', zones('zone-9', 'zone-2'))])],
      says: 'EndpointSlice shop/web-a endpoints[1].hints.forZones: no node has the zone "zone-9"',
    },
    silent: {
      'no node has a zone at all, which is KN273': {
        objects: [service(), slice([one]), node(1, { labels: {} })],
      },
      'zones of nodes': { objects: [service(), slice([one, two])] },
      'one node was asked for, so others may be missing': {
        objects: [service(), slice([one, endpoint('10.244.1.11', zones('zone-9'))])],
        options: { node: 'worker-1' },
      },
    },
  },
  KN273: {
    fires: {
      objects: [service(), slice([one, two]), node(1), ...[2, 3].map(n => node(n, { labels: {} }))],
      says: `Node worker-2 ${ZONE}: no zone label on 2 nodes (worker-2, worker-3)`,
    },
    silent: {
      'every node has a zone': { objects: [service(), slice([one, two])] },
      'no hints': { objects: [service(), slice([bare]), node(1, { labels: {} })] },
      'a node without a Node object, which is KN110': {
        objects: [service(), slice([one])],
        options: { node: 'edge', 'node-addresses': '192.168.0.9' },
        withoutNodes: true,
      },
    },
  },
  KN274: {
    fires: {
      objects: [service(), slice([endpoint('10.244.1.10', nodes('worker-1', 'worker-9'))])],
      says: 'EndpointSlice shop/web-a endpoints[0].hints.forNodes: no Node object is named "worker-9"',
    },
    silent: {
      'no Node objects': {
        objects: [service(), slice([endpoint('10.244.1.10', nodes('worker-9'))])],
        withoutNodes: true,
      },
      'one node was asked for, so others may be missing': {
        objects: [service(), slice([endpoint('10.244.1.10', nodes('worker-9'))])],
        options: { node: 'worker-1' },
      },
      'nodes that are there': {
        objects: [service(), slice([endpoint('10.244.1.10', nodes('worker-1', 'worker-2'))])],
      },
    },
  },
  KN275: {
    fires: {
      objects: [asking, slice([one])],
      says: 'shop/web spec.trafficDistribution: no hint for the zone of node worker-2',
    },
    silent: {
      'a hint for every zone': { objects: [asking, slice([one, two])] },
      'hints that do not count': { objects: [asking, slice([one, bare])] },
      'a hint for the node itself': {
        objects: [
          asking,
          slice([
            endpoint('10.244.1.10', {
              hints: {
                forZones: [{ name: 'zone-1' }],
                forNodes: [{ name: 'worker-1' }, { name: 'worker-2' }],
              },
            }),
          ]),
        ],
      },
    },
  },
  KN276: {
    fires: {
      objects: [service({ trafficDistribution: 'PreferSameNode', internalTrafficPolicy: 'Local' })],
      says: 'shop/web spec.trafficDistribution: PreferSameNode does nothing for the cluster IP beside internalTrafficPolicy: Local',
    },
    silent: { 'the policy Cluster': { objects: [asking] } },
  },
}
