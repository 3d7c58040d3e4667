import { endpoint, type Manifest, managed, service, slice } from '../objects.js'
import type { LintCases } from './case.js'

const LABEL = 'kubernetes.io/service-name'
const AT = 'EndpointSlice shop/web-a'
const second = (endpoints: readonly object[], more: object = {}) =>
  slice(endpoints, more, { name: 'web-b' })
const endpoints = (subsets: readonly object[], annotations: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { namespace: 'shop', name: 'web', annotations },
  subsets,
})
const subset = (...ips: readonly string[]) => ({
  addresses: ips.map(ip => ({ ip })),
  ports: [{ name: 'http', port: 8080 }],
})
const OVER = { 'endpoints.kubernetes.io/over-capacity': 'truncated' }

/** KN250-KN257. */
export const SLICE_CASES: LintCases = {
  KN250: {
    fires: {
      objects: [slice([], {}, { labels: {} })],
      says: `${AT} metadata.labels["${LABEL}"]: no label ${LABEL}: the slice is ignored`,
    },
    silent: {
      'the label': { objects: [service(), slice()] },
      'for the proxy of another cluster set': {
        objects: [slice([], {}, { labels: { 'multicluster.kubernetes.io/service-name': 'web' } })],
      },
      'for another proxy': {
        objects: [slice([], {}, { labels: { 'service.kubernetes.io/service-proxy-name': 'x' } })],
      },
    },
  },
  KN251: {
    fires: {
      objects: [service(), slice([{ addresses: ['a.example.net'] }], { addressType: 'FQDN' })],
      says: `${AT} addressType: FQDN: the slice is ignored`,
    },
    silent: { IPv4: { objects: [service(), slice()] } },
  },
  KN252: {
    fires: {
      objects: [service(), slice(undefined, { ports: [{ name: 'http' }] })],
      says: `${AT} ports[0].port: port "http" has no number`,
    },
    silent: { 'a number': { objects: [service(), slice()] } },
  },
  KN253: {
    fires: {
      objects: [
        service(),
        slice(),
        ...['web-b', 'web-c'].map((name, i) =>
          slice([endpoint(`10.244.1.2${i}`)], { ports: [{ name: 'http', port: 9090 }] }, { name }),
        ),
      ],
      says: 'EndpointSlice shop/web-b ports[0].port: 9090 under the name "http", and 8080 in another slice',
    },
    silent: {
      'a port without a number, which is KN252': {
        objects: [
          service(),
          slice(),
          second([endpoint('10.244.1.11')], { ports: [{ name: 'http' }] }),
        ],
      },
      'an empty slice': {
        objects: [service(), slice(), second([], { ports: [{ name: 'http', port: 9090 }] })],
      },
      'the other family': {
        objects: [
          service(),
          slice(),
          second([endpoint('fd00:10:244:1::1')], { ports: [{ name: 'http', port: 9090 }] }),
        ],
      },
    },
  },
  KN254: {
    fires: {
      objects: [service(), slice(), second([endpoint('10.244.1.11'), endpoint('10.244.1.10')])],
      says: 'EndpointSlice shop/web-b endpoints: 10.244.1.10:8080/TCP (http): in slice web-a too',
    },
    silent: {
      'one address under two port names': {
        objects: [
          service(),
          slice(),
          second([endpoint('10.244.1.10')], { ports: [{ name: 'admin', port: 8080 }] }),
        ],
      },
    },
  },
  KN255: {
    fires: {
      objects: [service(), slice([{ addresses: ['10.244.1.10', '10.244.1.11'] }])],
      says: `${AT} endpoints[0].addresses: only 10.244.1.10 is used (1 endpoint with several addresses)`,
    },
    silent: {
      'host names, which nobody reads': {
        objects: [slice([{ addresses: ['a.net', 'b.net'] }], { addressType: 'FQDN' })],
      },
    },
  },
  KN256: {
    fires: {
      objects: [service(), endpoints([subset('10.244.1.10')], OVER)],
      says: 'Endpoints shop/web metadata.annotations["endpoints.kubernetes.io/over-capacity"]: "truncated": addresses beyond 1000 are missing',
    },
    silent: {
      'no annotation': { objects: [service(), endpoints([subset('10.244.1.10')])] },
    },
  },
  KN257: {
    fires: {
      objects: [service(), slice(), endpoints([subset('10.244.1.10', '10.244.1.77')])],
      says: 'Endpoints shop/web subsets: 10.244.1.77: in no slice of the Service, so without traffic',
    },
    silent: {
      'the same addresses': { objects: [service(), slice(), endpoints([subset('10.244.1.10')])] },
      'no slices': { objects: [service(), endpoints([subset('10.244.1.77')])] },
    },
  },
  KN258: {
    fires: {
      objects: [
        service({ selector: { app: 'web' } }),
        managed('web-abcde', 'endpointslice-controller.k8s.io', endpoint('10.244.1.10')),
        managed('web-fghij', 'endpointslicemirroring-controller.k8s.io', endpoint('10.244.1.5')),
      ],
      says: 'EndpointSlice shop/web-fghij metadata.labels["endpointslice.kubernetes.io/managed-by"]: slices of two controllers: web-abcde of endpointslice-controller.k8s.io and web-fghij of endpointslicemirroring-controller.k8s.io; the Service has a selector, so this one is left over, and its endpoints get traffic beside the others',
    },
    silent: {
      'one controller': {
        objects: [
          service({ selector: { app: 'web' } }),
          managed('web-abcde', 'endpointslice-controller.k8s.io', endpoint('10.244.1.10')),
          managed('web-fghij', 'endpointslice-controller.k8s.io', endpoint('10.244.1.5')),
        ],
      },
      'a slice by hand beside it': {
        objects: [
          service({ selector: { app: 'web' } }),
          slice(),
          managed('web-fghij', 'endpointslice-controller.k8s.io', endpoint('10.244.1.5')),
        ],
      },
    },
  },
  KN259: {
    fires: {
      objects: [
        service({ selector: { app: 'web' } }),
        endpoints([subset('10.244.1.10')]),
        service({ clusterIP: '10.96.0.20' }, { name: 'leader' }),
        {
          ...endpoints([subset('10.244.1.11')]),
          metadata: {
            namespace: 'shop',
            name: 'leader',
            labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
          },
        },
      ],
      says: [
        'Endpoints shop/web subsets: shop/web has a selector, so the cluster makes its slices from Pods and mirrors no Endpoints; these are taken because no slice is in the input',
        'Endpoints shop/leader metadata.labels["endpointslice.kubernetes.io/skip-mirror"]: is not mirrored into slices, so the Service has no endpoints of it: the label forbids it',
      ],
    },
    silent: {
      'no selector': { objects: [service(), endpoints([subset('10.244.1.10')])] },
      'slices, which count': {
        objects: [
          service({ selector: { app: 'web' } }),
          slice(),
          endpoints([subset('10.244.1.10')]),
        ],
      },
    },
  },
}
