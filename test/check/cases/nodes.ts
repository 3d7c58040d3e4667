import { node, service } from '../objects.js'
import type { LintCases } from './case.js'

const addressed = (number: number, ...addresses: readonly string[]) =>
  node(number, {
    status: { addresses: addresses.map(address => ({ type: 'InternalIP', address })) },
  })
const exposed = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })
const SEVERAL = { spec: { podCIDRs: ['10.244.1.0/24', '10.244.2.0/24'] } }
const byNode = { 'detect-local-mode': 'NodeCIDR' }
const ports = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `p${i}`, port: i + 1 }))

/** KN062, KN280-KN290. */
export const NODE_CASES: LintCases = {
  KN062: {
    fires: {
      objects: [node(1), node(2, { status: {} }), node(3, { status: {} })],
      says: 'Node worker-2 status.addresses: no InternalIP or ExternalIP on 2 nodes (worker-2, worker-3)',
    },
    silent: {
      'addresses by option': {
        objects: [node(1, { status: {} })],
        options: { node: 'worker-1', 'node-addresses': '192.168.0.1' },
      },
    },
  },
  KN280: {
    fires: {
      objects: [exposed, addressed(1, '192.168.0.1', '10.0.0.1'), addressed(2, '192.168.0.2')],
      says: 'Node worker-1 status.addresses: NodePorts answer on the primary IPv4 address of node worker-1 alone',
    },
    silent: {
      'all addresses': {
        objects: [exposed, addressed(1, '192.168.0.1', '10.0.0.1')],
        options: { 'nodeport-addresses': 'all' },
      },
      'primary and a range': {
        objects: [exposed, addressed(1, '192.168.0.1', '10.0.0.1')],
        options: { 'nodeport-addresses': 'primary,10.0.0.0/8' },
      },
      'no node ports': { objects: [service(), addressed(1, '192.168.0.1', '10.0.0.1')] },
    },
  },
  KN281: {
    fires: {
      objects: [node(1, SEVERAL)],
      options: byNode,
      says: 'Node worker-1 spec.podCIDRs: only 10.244.1.0/24 tells pods, not 10.244.2.0/24',
    },
    silent: {
      'one of each family': { objects: [node(1)], options: byNode },
      'another way to tell pods': { objects: [node(1, SEVERAL)] },
    },
  },
  KN290: {
    fires: {
      objects: [service({ ports: ports(1001) })],
      says: 'run: 1001 service ports: --layout maps does the same and loads in a fraction of the time',
    },
    silent: {
      'a thousand': { objects: [service({ ports: ports(1000) })] },
      'the other layout': {
        objects: [service({ ports: ports(1001) })],
        options: { layout: 'maps' },
      },
    },
  },
}
