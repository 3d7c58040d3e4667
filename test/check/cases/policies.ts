import { balancer, endpoint, node, service, slice, UNREADY } from '../objects.js'
import type { LintCases } from './case.js'

const NODE_PORT = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }
const local = service({ ...NODE_PORT, externalTrafficPolicy: 'Local' })
const internal = service({ internalTrafficPolicy: 'Local' })
const everywhere = slice([
  endpoint('10.244.1.10'),
  endpoint('10.244.2.10', { nodeName: 'worker-2' }),
])
const elsewhere = slice([endpoint('192.0.2.7', { nodeName: undefined, targetRef: undefined })])

const shared = (name: string, port: number, number: number) => ({
  ...balancer({
    clusterIP: `10.96.0.${number}0`,
    externalTrafficPolicy: 'Local',
    ports: [{ name: 'http', port }],
  }),
  metadata: { namespace: 'shop', name },
})
const of = (name: string, worker: number) =>
  slice(
    [endpoint(`10.244.${worker}.1${name.length}`, { nodeName: `worker-${worker}` })],
    {},
    { of: name },
  )

/** KN260-KN263. */
export const POLICY_CASES: LintCases = {
  KN260: {
    fires: {
      objects: [local, elsewhere],
      says: 'shop/web spec.externalTrafficPolicy: no usable endpoint of port 80/TCP is on a known node: clients from outside are dropped',
    },
    silent: {
      'one node serves it': { objects: [local, slice()] },
      'no Node objects, but node names': { objects: [local, slice()], withoutNodes: true },
      'nothing is ready anyway': {
        objects: [local, slice([endpoint('10.244.1.10', UNREADY)])],
      },
      'the policy Cluster': { objects: [service(NODE_PORT), elsewhere] },
    },
  },
  KN261: {
    fires: {
      objects: [local, slice(), node(1), node(2), node(3), node(4), node(5)],
      says: 'shop/web spec.externalTrafficPolicy: clients from outside are dropped on 4 nodes (worker-2, worker-3, worker-4, ...)',
    },
    silent: {
      'every node has an endpoint': { objects: [local, everywhere] },
      'no node can, which is KN260': { objects: [local, elsewhere] },
      'a load balancer, which asks for health': {
        objects: [
          service({ ...NODE_PORT, type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
          slice(),
        ],
      },
    },
  },
  KN262: {
    fires: {
      objects: [internal, slice()],
      says: 'shop/web spec.internalTrafficPolicy: connections to the cluster IP are dropped on node worker-2',
    },
    silent: {
      'every node has an endpoint': { objects: [internal, everywhere] },
      'the node that was asked for has one': {
        objects: [internal, slice()],
        options: { node: 'worker-1' },
      },
      'nothing is ready anyway': {
        objects: [internal, slice([endpoint('10.244.1.10', UNREADY)])],
      },
      'the policy Cluster': { objects: [service(), slice()] },
    },
  },
  KN263: {
    fires: {
      objects: [shared('web', 80, 1), shared('other', 81, 2), of('web', 1), of('other', 2)],
      says: 'shop/web spec.externalTrafficPolicy: shares 203.0.113.10 with shop/other, both with policy Local, and no node has endpoints of both (shop/web: worker-1; shop/other: worker-2): whichever node takes the address drops one of them',
    },
    silent: {
      'a node with endpoints of both': {
        objects: [shared('web', 80, 1), shared('other', 81, 2), of('web', 1), of('other', 1)],
      },
    },
  },
}
