import { balancer, endpoint, node, service, serviceCIDR, slice, VIP } from '../objects.js'
import type { LintCases } from './case.js'

const CIDR = serviceCIDR('10.96.0.0/16')
const withIP = (...externalIPs: readonly string[]) => service({ externalIPs })
const other = (spec: object, status?: object) =>
  service({ clusterIP: '10.96.0.20', ...spec }, { name: 'other', ...(status ? { status } : {}) })
const addressed = (number: number, ...addresses: readonly string[]) =>
  node(number, {
    status: { addresses: addresses.map(address => ({ type: 'InternalIP', address })) },
  })

/** KN220-KN229. */
export const ADDRESS_CASES: LintCases = {
  KN220: {
    fires: {
      objects: [withIP('192.0.2.1', '192.168.0.2')],
      says: 'shop/web spec.externalIPs[1]: 192.168.0.2 is an address of node worker-2',
    },
    silent: { 'an address of no node': { objects: [withIP('192.168.0.3')] } },
  },
  KN221: {
    fires: {
      objects: [withIP('10.96.0.20'), other({ ports: [{ port: 81 }] })],
      says: 'shop/web spec.externalIPs[0]: 10.96.0.20 is the cluster IP of shop/other',
    },
    silent: {
      'its own load balancer address': { objects: [balancer({ externalIPs: [VIP] })] },
      'an external IP of both': {
        objects: [
          withIP('192.0.2.1'),
          other({ externalIPs: ['192.0.2.1'], ports: [{ port: 81 }] }),
        ],
      },
    },
  },
  KN222: {
    fires: {
      objects: [CIDR, balancer({}, [{ ip: VIP }, { ip: '10.96.7.7' }])],
      says: 'shop/web status.loadBalancer.ingress[1].ip: 10.96.7.7 lies in a service CIDR (10.96.0.0/16)',
    },
    silent: {
      'an address outside': { objects: [CIDR, balancer({}, [{ ip: '10.97.0.1' }])] },
      'one of mode Proxy': {
        objects: [CIDR, balancer({}, [{ ip: '10.96.7.7', ipMode: 'Proxy' }])],
      },
    },
  },
  KN223: {
    fires: {
      objects: [
        CIDR,
        service(),
        slice([endpoint('10.244.1.1'), endpoint('10.96.0.77'), endpoint('10.96.0.78')]),
      ],
      says: 'EndpointSlice shop/web-a endpoints[1].addresses: 10.96.0.77 and 10.96.0.78: inside a service CIDR, where the rules drop what is no cluster IP',
    },
    silent: {
      'a cluster IP, which is KN107': {
        objects: [CIDR, service(), other({}), slice([endpoint('10.96.0.20')])],
      },
      'no service CIDR is known': { objects: [service(), slice([endpoint('10.96.0.77')])] },
    },
  },
  KN224: {
    fires: {
      objects: [balancer({}, [{ ip: VIP, ipMode: 'Proxy' }])],
      says: 'shop/web status.loadBalancer.ingress[0].ipMode: no rule is made for 203.0.113.10',
    },
    silent: { 'mode VIP': { objects: [balancer({}, [{ ip: VIP, ipMode: 'VIP' }])] } },
  },
  KN225: {
    fires: {
      objects: [addressed(1, '192.168.0.1', '10.244.9.9'), service()],
      says: 'Node worker-1 status.addresses[1].address: 10.244.9.9 lies in the range that tells pods (10.244.0.0/16 and fd00:10:244::/56)',
    },
    silent: {
      'another way to tell pods': {
        objects: [addressed(1, '10.244.9.9'), service()],
        options: { 'detect-local-mode': 'BridgeInterface', 'pod-bridge-interface': 'cni0' },
      },
    },
  },
  KN226: {
    fires: {
      objects: [service(), slice([endpoint('10.244.1.1'), endpoint('10.99.0.1')])],
      says: 'EndpointSlice shop/web-a endpoints[1].addresses: 10.99.0.1: outside the range that tells pods (10.244.0.0/16)',
    },
    silent: {
      'a pod with the address of its node': {
        objects: [service(), slice([endpoint('192.168.0.1')])],
      },
      'no pod': { objects: [service(), slice([endpoint('10.99.0.1', { targetRef: undefined })])] },
      'on a node that is not known': {
        objects: [service(), slice([endpoint('10.99.0.1', { nodeName: 'worker-9' })])],
      },
      'no range is known': {
        objects: [service(), slice([endpoint('10.99.0.1')])],
        options: { 'cluster-cidr': 'fd00:10:244::/56' },
      },
    },
  },
  KN227: {
    fires: {
      objects: [node(1, { spec: { podCIDRs: ['10.244.1.0/24', 'fd00:99::/64'] } })],
      says: 'Node worker-1 spec.podCIDRs[1]: fd00:99::/64 is not inside --cluster-cidr fd00:10:244::/56',
    },
    silent: {
      'no cluster CIDR of the family': {
        objects: [node(1, { spec: { podCIDRs: ['10.244.1.0/24', 'fd00:99::/64'] } })],
        options: { 'cluster-cidr': '10.244.0.0/16' },
      },
      'another way to tell pods': {
        objects: [node(1, { spec: { podCIDRs: ['10.99.1.0/24'] } })],
        options: { 'detect-local-mode': 'NodeCIDR' },
      },
    },
  },
  KN228: {
    fires: {
      objects: [serviceCIDR('10.244.1.128/25')],
      says: [
        'Node worker-1 spec.podCIDRs[0]: 10.244.1.0/24 overlaps the service CIDR 10.244.1.128/25',
        'ServiceCIDR kubernetes spec.cidrs[0]: 10.244.1.128/25 overlaps --cluster-cidr 10.244.0.0/16',
      ],
    },
    silent: { 'ranges apart': { objects: [CIDR] } },
  },
  KN229: {
    fires: {
      objects: [addressed(1, '192.168.0.1'), addressed(2, '192.168.0.2', '192.168.0.1')],
      says: 'Node worker-2 status.addresses[1].address: 192.168.0.1 is an address of node worker-1 too',
    },
    silent: {
      'one address twice on one node': { objects: [addressed(1, '192.168.0.1', '192.168.0.1')] },
    },
  },
  KN215: {
    fires: {
      objects: [
        balancer({}, [{ ip: VIP }, { ip: '192.168.0.2' }]),
        {
          ...balancer({ clusterIP: '10.96.0.30', ports: [{ name: 'alt', port: 81 }] }, [
            { ip: '192.168.0.1' },
            { ip: '192.168.0.2' },
          ]),
          metadata: { namespace: 'shop', name: 'all-nodes' },
        },
      ],
      says: [
        'shop/web status.loadBalancer.ingress[1].ip: 192.168.0.2 is an address of node worker-2',
        'shop/all-nodes status.loadBalancer.ingress[0].ip: 192.168.0.1 and 192.168.0.2 are addresses of 2 nodes (worker-1, worker-2)',
      ],
    },
    silent: {
      'mode Proxy': { objects: [balancer({}, [{ ip: '192.168.0.2', ipMode: 'Proxy' }])] },
    },
  },
}
