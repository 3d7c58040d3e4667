import { DRAINING, endpoint, managed, service, slice, UNREADY } from '../objects.js'
import type { LintCases } from './case.js'

const DUAL = {
  clusterIPs: ['10.96.0.10', 'fd00:10:96::10'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: 'PreferDualStack',
}
const TWO_PORTS = {
  ports: [
    { name: 'http', port: 80 },
    { name: 'admin', port: 81 },
  ],
}
const SERVING = { conditions: { ready: false, serving: true, terminating: false } }
const other = slice([endpoint('10.244.1.99')], {}, { of: 'other' })

/** KN240-KN247. */
export const ENDPOINT_CASES: LintCases = {
  KN240: {
    fires: {
      objects: [service(), service({ clusterIP: '10.96.0.11' }, { name: 'idle' }), slice([])],
      says: [
        'shop/web spec.selector: the Service has no endpoint: its slices are empty',
        'shop/idle spec.selector: the Service has no endpoint: no slice belongs to it',
      ],
    },
    silent: {
      'no slices at all: they are no part of the input': { objects: [service()] },
      'an unready endpoint': { objects: [service(), slice([endpoint('10.244.1.1', UNREADY)])] },
      'a headless Service': { objects: [service({ clusterIP: 'None' }), other] },
      'a selector, and slices of Services without one alone: a manifest': {
        objects: [service({ selector: { app: 'web' } }), service({}, { name: 'other' }), other],
      },
      'Endpoints that are not mirrored, which is KN259': {
        objects: [
          service({}, { name: 'other' }),
          other,
          service(),
          {
            apiVersion: 'v1',
            kind: 'Endpoints',
            metadata: {
              namespace: 'shop',
              name: 'web',
              labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
            },
            subsets: [{ addresses: [{ ip: '10.244.1.11' }], ports: [{ name: 'http', port: 80 }] }],
          },
        ],
      },
    },
  },
  KN241: {
    fires: {
      objects: [service(TWO_PORTS), slice()],
      says: 'shop/web spec.ports[1]: no slice has the TCP port admin',
    },
    silent: {
      'a slice has a port that the Service lacks, which is KN106': {
        objects: [service(TWO_PORTS), slice(undefined, { ports: [{ name: 'adm', port: 8081 }] })],
      },
      'a family without any endpoint, which is KN245': { objects: [service(DUAL), slice()] },
      'the slices are empty': { objects: [service(TWO_PORTS), slice([])] },
    },
  },
  KN242: {
    fires: {
      objects: [
        service(),
        slice([endpoint('10.244.1.1', UNREADY), endpoint('10.244.1.2', UNREADY)]),
      ],
      says: 'shop/web spec.ports[0]: none of 2 endpoints of port 80/TCP is ready',
    },
    silent: {
      'one is ready': {
        objects: [service(), slice([endpoint('10.244.1.1', UNREADY), endpoint('10.244.1.2')])],
      },
      'one is serving on its way out': {
        objects: [
          service(),
          slice([endpoint('10.244.1.1', UNREADY), endpoint('10.244.1.2', DRAINING)]),
        ],
      },
    },
  },
  KN243: {
    fires: {
      objects: [
        service(),
        slice([endpoint('10.244.1.1', UNREADY), endpoint('10.244.1.2', DRAINING)]),
      ],
      says: 'shop/web spec.ports[0]: every usable endpoint of port 80/TCP is terminating',
    },
    silent: {
      'one is ready': {
        objects: [service(), slice([endpoint('10.244.1.1'), endpoint('10.244.1.2', DRAINING)])],
      },
    },
  },
  KN244: {
    fires: {
      objects: [service(), slice([endpoint('10.244.1.1'), endpoint('10.244.1.2', SERVING)])],
      says: 'EndpointSlice shop/web-a endpoints[1].conditions: 1 endpoint: serving, but neither ready nor terminating, so never used',
    },
    silent: {
      'serving is not said': { objects: [service(), slice([endpoint('10.244.1.1', UNREADY)])] },
      terminating: { objects: [service(), slice([endpoint('10.244.1.1', DRAINING)])] },
    },
  },
  KN245: {
    fires: {
      objects: [service(DUAL), slice()],
      says: 'shop/web spec.clusterIPs[1]: fd00:10:96::10 has no usable endpoint, since all are of the other family',
    },
    silent: {
      'endpoints of both': {
        objects: [service(DUAL), slice(), slice([endpoint('fd00:10:244:1::1')], {}, { name: 'b' })],
      },
      'endpoints of none': { objects: [service(DUAL), slice([])] },
      'a single family': { objects: [service(), slice()] },
      'one family is compiled': {
        objects: [service(DUAL), slice()],
        options: { 'ip-family': 'ipv4' },
      },
    },
  },
  KN246: {
    fires: {
      objects: [
        service(),
        slice([
          endpoint('10.244.1.1'),
          endpoint('10.244.1.2', { nodeName: undefined, targetRef: undefined }),
        ]),
      ],
      says: 'EndpointSlice shop/web-a endpoints[1]: 10.244.1.2: without nodeName',
    },
    silent: {
      'a slice that another controller has left over, which is KN258': {
        objects: [
          service({ selector: { app: 'web' } }),
          managed('web-abcde', 'endpointslice-controller.k8s.io', endpoint('10.244.1.10')),
          managed(
            'web-fghij',
            'endpointslicemirroring-controller.k8s.io',
            endpoint('10.244.1.5', { nodeName: undefined, targetRef: undefined }),
          ),
        ],
      },
      'no pod, as of an API server': {
        objects: [
          service(),
          slice([endpoint('192.168.0.9', { nodeName: undefined, targetRef: undefined })]),
        ],
      },
    },
  },
  KN247: {
    fires: {
      objects: [
        service(),
        slice([
          endpoint('10.244.1.1', { nodeName: 'worker-9' }),
          endpoint('10.244.1.2', { nodeName: 'worker-8' }),
          endpoint('10.244.1.3', { nodeName: 'worker-9' }),
        ]),
      ],
      says: [
        'EndpointSlice shop/web-a endpoints[0].nodeName: no Node object is named worker-9 (1 more endpoint there)',
        'EndpointSlice shop/web-a endpoints[1].nodeName: no Node object is named worker-8',
      ],
    },
    silent: {
      'one node was asked for, so others may be missing': {
        objects: [service(), slice([endpoint('10.244.1.1', { nodeName: 'worker-9' })])],
        options: { node: 'worker-1' },
      },
      'no Node objects': { objects: [service(), slice()], withoutNodes: true },
      'a node that is there': { objects: [service(), slice()] },
    },
  },
}
