import { balancer, endpoint, service, slice } from '../objects.js'
import type { LintCases } from './case.js'

const LONG = 'a'.repeat(60)
const external = (spec: object) =>
  service({ type: 'ExternalName', externalName: 'db.example.net', clusterIP: undefined, ...spec })

/** KN201-KN207. */
export const SERVICE_CASES: LintCases = {
  KN201: {
    fires: {
      objects: [service({ ports: [{ name: 'p'.repeat(63), port: 80 }] }, { name: LONG })],
      says: `shop/${LONG} spec.ports[0].name: shop/${LONG}:${'p'.repeat(63)} has 129 characters; a comment holds 128`,
    },
    silent: {
      'a name of 128 characters': {
        objects: [service({ ports: [{ name: 'p'.repeat(62), port: 80 }] }, { name: LONG })],
      },
    },
  },
  KN202: {
    fires: {
      objects: [external({})],
      says: 'shop/web spec.ports: do nothing: the Service is a DNS alias',
    },
    silent: {
      'no ports': { objects: [external({ ports: [] })] },
      'another type': { objects: [service()] },
    },
  },
  KN203: {
    fires: {
      objects: [service({ publishNotReadyAddresses: true })],
      says: 'shop/web spec.publishNotReadyAddresses: is never read here: whoever makes the slices marks endpoints as ready that are not, or not',
    },
    silent: {
      'a headless Service': {
        objects: [service({ publishNotReadyAddresses: true, clusterIP: 'None' })],
      },
      false: { objects: [service({ publishNotReadyAddresses: false })] },
    },
  },
  KN204: {
    fires: {
      objects: [balancer({ externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 })],
      says: 'shop/web spec.healthCheckNodePort: no rule answers or opens port 31000/TCP of the nodes',
    },
    silent: {
      'none given': { objects: [balancer({ externalTrafficPolicy: 'Local' })] },
      'another proxy serves it': {
        objects: [
          service(
            { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 },
            { labels: { 'service.kubernetes.io/service-proxy-name': 'other' } },
          ),
        ],
      },
    },
  },
  KN205: {
    fires: {
      objects: [balancer({ ports: [{ port: 80, nodePort: 30080 }] })],
      says: 'shop/web spec.ports[0].nodePort: node port 30080 stays open, although allocateLoadBalancerNodePorts is false',
    },
    silent: {
      'node ports are wanted': {
        objects: [
          balancer({
            allocateLoadBalancerNodePorts: true,
            ports: [{ port: 80, nodePort: 30080 }],
          }),
        ],
      },
      'no node port': { objects: [balancer()] },
    },
  },
  KN206: {
    fires: {
      objects: [service({ type: 'NodePort', ports: [{ port: 80, nodePort: 32768 }] })],
      options: { 'service-node-port-range': '30000-40000' },
      says: 'shop/web spec.ports[0].nodePort: 32768 lies between 32768 and 60999, where nodes take the ports of their own connections from',
    },
    silent: {
      'the last port below': {
        objects: [service({ type: 'NodePort', ports: [{ port: 80, nodePort: 32767 }] })],
      },
      'the first port above': {
        objects: [service({ type: 'NodePort', ports: [{ port: 80, nodePort: 61000 }] })],
        options: { 'service-node-port-range': '30000-62000' },
      },
    },
  },
  KN207: {
    fires: {
      objects: [
        service({ ports: [{ name: 'http', port: 80, targetPort: 9090 }] }),
        slice([endpoint('10.244.1.10')]),
      ],
      says: 'shop/web spec.ports[0].targetPort: is 9090, but no IPv4 endpoint has this port: connections go to 10.244.1.10:8080 and the like',
    },
    silent: {
      'one slice has it': {
        objects: [
          service({ ports: [{ name: 'http', port: 80, targetPort: 9090 }] }),
          slice(),
          slice(
            [endpoint('10.244.1.11')],
            { ports: [{ name: 'http', port: 9090 }] },
            { name: 'b' },
          ),
        ],
      },
      '0, which stands for the port': {
        objects: [service({ ports: [{ name: 'http', port: 80, targetPort: 0 }] }), slice()],
      },
      'a name': {
        objects: [service({ ports: [{ name: 'http', port: 80, targetPort: 'web' }] }), slice()],
      },
      'no endpoints': {
        objects: [service({ ports: [{ name: 'http', port: 80, targetPort: 9090 }] }), slice([])],
      },
    },
  },
  KN208: {
    fires: {
      objects: [
        service({ clusterIP: 'None', externalIPs: ['203.0.113.80'] }),
        service(
          { clusterIP: '10.96.0.20', externalIPs: ['2001:db8::80', '203.0.113.81'] },
          { name: 'other' },
        ),
      ],
      says: [
        'shop/web spec.externalIPs[0]: no rule is made for 203.0.113.80: the Service is headless',
        'shop/other spec.externalIPs[0]: no rule is made for 2001:db8::80: the Service has no IPv6 cluster IP',
      ],
    },
    silent: {
      'a family that the Service has': { objects: [service({ externalIPs: ['203.0.113.80'] })] },
      'one of mode Proxy, which is KN224': {
        objects: [balancer({}, [{ ip: '2001:db8::80', ipMode: 'Proxy' }])],
      },
    },
  },
  KN209: {
    fires: {
      objects: [balancer({ loadBalancerIP: '203.0.113.7' }, [])],
      says: 'shop/web spec.loadBalancerIP: no rule is made for 203.0.113.7: status.loadBalancer.ingress names no address yet',
    },
    silent: { 'a status': { objects: [balancer({ loadBalancerIP: '203.0.113.7' })] } },
  },
}
