import { balancer, VIP } from '../objects.js'
import type { LintCases } from './case.js'

const RANGE = ['198.51.100.0/24']
const RANGE6 = ['2001:db8:1::/48']
const AT = 'shop/web spec.loadBalancerSourceRanges'
const NODE_PORT = { allocateLoadBalancerNodePorts: true, ports: [{ port: 80, nodePort: 30080 }] }
/** Everybody of the cluster. */
const INSIDE = ['10.244.0.0/16', '192.168.0.0/24']

/** KN210-KN214. */
export const SOURCE_RANGE_CASES: LintCases = {
  KN210: {
    fires: {
      objects: [
        balancer({ ...NODE_PORT, loadBalancerSourceRanges: RANGE, externalIPs: ['192.0.2.9'] }),
      ],
      says: `${AT}: do not bind node port 30080 and external IP 192.0.2.9: everybody may connect there`,
    },
    silent: {
      'no ranges': { objects: [balancer(NODE_PORT)] },
      'no other way': { objects: [balancer({ loadBalancerSourceRanges: RANGE })] },
    },
  },
  KN211: {
    fires: {
      objects: [
        balancer({ loadBalancerSourceRanges: RANGE }, [{ ip: VIP }, { ip: '2001:db8:2::1' }]),
      ],
      says: `${AT}: hold no IPv6 range: everybody may connect to 2001:db8:2::1`,
    },
    silent: {
      'ranges of both': {
        objects: [
          balancer({ loadBalancerSourceRanges: [...RANGE, ...RANGE6] }, [
            { ip: VIP },
            { ip: '2001:db8:2::1' },
          ]),
        ],
      },
      'no address of that family': { objects: [balancer({ loadBalancerSourceRanges: RANGE })] },
      'a family that is not compiled': {
        objects: [
          balancer({ loadBalancerSourceRanges: RANGE }, [{ ip: VIP }, { ip: '2001:db8:2::1' }]),
        ],
        options: { 'ip-family': 'ipv4' },
      },
    },
  },
  KN212: {
    fires: {
      objects: [balancer({ loadBalancerSourceRanges: [...RANGE, ' 0.0.0.0/0 ', '::/0'] })],
      says: [
        `${AT}[1]: 0.0.0.0/0 lets in every IPv4 source`,
        `${AT}[2]: ::/0 lets in every IPv6 source`,
      ],
    },
    silent: {
      'half of all': { objects: [balancer({ loadBalancerSourceRanges: ['0.0.0.0/1'] })] },
    },
  },
  KN213: {
    fires: {
      objects: [
        balancer({ loadBalancerSourceRanges: RANGE }, [
          { ip: VIP, ipMode: 'Proxy' },
          { hostname: 'lb.example.net' },
        ]),
      ],
      says: `${AT}: no rule enforces them: the load balancer has no address of mode VIP`,
    },
    silent: {
      'one of mode VIP': {
        objects: [
          balancer({ loadBalancerSourceRanges: RANGE }, [
            { ip: VIP },
            { hostname: 'lb.example.net' },
          ]),
        ],
      },
      'no load balancer yet': { objects: [balancer({ loadBalancerSourceRanges: RANGE }, [])] },
    },
  },
  KN214: {
    fires: {
      objects: [balancer({ loadBalancerSourceRanges: RANGE })],
      says: `${AT}: leave out pods of 10.244.0.0/16 and 2 nodes (worker-1, worker-2): dropped at the load balancer's IPv4 address`,
    },
    silent: {
      'all are inside': { objects: [balancer({ loadBalancerSourceRanges: INSIDE })] },
      'no load balancer yet': { objects: [balancer({ loadBalancerSourceRanges: RANGE }, [])] },
    },
  },
}
