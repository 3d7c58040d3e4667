import { endpoint, service, slice } from '../objects.js'
import type { LintCases } from './case.js'

const sticky = (spec: object = {}, timeoutSeconds: number | undefined = 600) =>
  service({
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds } },
    ...spec,
  })
const UDP = { name: 'dns', protocol: 'UDP', port: 53 }
const TCP = { name: 'http', port: 80 }
const AT = 'shop/web spec.sessionAffinity'
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => endpoint(`10.244.1.${i + 1}`))
const weighted = { annotations: { 'kubenat.dev/weights': '{"10.244.1.10": 3}' } }

/** KN230-KN234. */
export const AFFINITY_CASES: LintCases = {
  KN230: {
    fires: {
      objects: [sticky({ ports: [UDP] })],
      says: `${AT}: is for flows, and conntrack decides how long one of 53/UDP is`,
    },
    silent: {
      TCP: { objects: [sticky()] },
      'UDP without affinity': { objects: [service({ ports: [UDP] })] },
    },
  },
  KN231: {
    fires: {
      objects: [sticky({ ports: [UDP, TCP] })],
      says: `${AT}: is kept for each of 2 ports by itself`,
    },
    silent: { 'one port': { objects: [sticky()] } },
  },
  KN232: {
    fires: {
      objects: [sticky({}, 14400)],
      says: "shop/web spec.sessionAffinityConfig.clientIP.timeoutSeconds: is 4 hours after a client's last connection",
    },
    silent: {
      'three hours, as the API server writes them': { objects: [sticky({}, 10800)] },
      'no affinity': { objects: [service()] },
    },
  },
  KN233: {
    fires: {
      objects: [
        service({ sessionAffinity: 'ClientIP' }, weighted),
        slice([endpoint('10.244.1.10'), endpoint('10.244.1.11')]),
      ],
      says: `${AT}: comes before weights: known clients stay`,
    },
    silent: {
      'equal weights': {
        objects: [sticky(), slice([endpoint('10.244.1.10'), endpoint('10.244.1.11')])],
      },
      'weights without affinity': {
        objects: [service({}, weighted), slice([endpoint('10.244.1.10')])],
      },
    },
  },
  KN234: {
    fires: {
      objects: [sticky(), slice(many(101))],
      says: `${AT}: makes a chain, a set and a rule for each of 101 endpoints`,
    },
    silent: {
      'a hundred': { objects: [sticky(), slice(many(100))] },
      'no affinity': { objects: [service(), slice(many(101))] },
    },
  },
}
