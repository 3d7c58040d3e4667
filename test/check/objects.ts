import { check } from '../../src/check/check.js'
import { type CheckReport, NO_SETTINGS } from '../../src/check/findings.js'
import { Diagnostics, fieldPathText } from '../../src/diagnostics/diagnostic.js'
import { parseOptions, type RawOptions } from '../../src/options/table.js'

/** An object as it stands in a file. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: object
  readonly [field: string]: unknown
}

interface Meta {
  readonly name?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

/** A ClusterIP Service `shop/web` with the port http, if nothing else is said. */
export function service(spec: object = {}, meta: Meta & { status?: object } = {}): Manifest {
  const { name = 'web', annotations, labels, status } = meta
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name, annotations, labels },
    spec: { clusterIP: '10.96.0.10', ports: [{ name: 'http', port: 80 }], ...spec },
    status,
  }
}

/** A load balancer at 203.0.113.10, without node ports. */
export const balancer = (spec: object = {}, ingress: readonly object[] = [{ ip: VIP }]): Manifest =>
  service(
    { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ...spec },
    { status: { loadBalancer: { ingress } } },
  )
export const VIP = '203.0.113.10'

/** A ready endpoint on worker-1, of a pod. */
export const endpoint = (address: string, more: object = {}): object => ({
  addresses: [address],
  nodeName: 'worker-1',
  targetRef: { kind: 'Pod', name: `pod-${address.replaceAll(/\W/g, '-')}` },
  ...more,
})
export const UNREADY = { conditions: { ready: false } }
export const DRAINING = { conditions: { ready: false, serving: true, terminating: true } }

/** An EndpointSlice of `shop/web` with the port http 8080; its family is that of the first endpoint. */
export function slice(
  endpoints: readonly object[] = [endpoint('10.244.1.10')],
  more: object = {},
  meta: Meta & { of?: string } = {},
): Manifest {
  const { of = 'web', name = `${of}-a`, labels = { 'kubernetes.io/service-name': of } } = meta
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name, labels, annotations: meta.annotations },
    addressType: JSON.stringify(endpoints[0] ?? '').includes('::') ? 'IPv6' : 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    endpoints,
    ...more,
  }
}

/** A node; worker-1 has the pods of 10.244.1.0/24 and the address 192.168.0.1. */
export function node(
  number: number,
  more: { labels?: object; spec?: object; status?: object } = {},
) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `worker-${number}`,
      labels: more.labels ?? { 'topology.kubernetes.io/zone': `zone-${number}` },
    },
    spec: more.spec ?? { podCIDRs: [`10.244.${number}.0/24`, `fd00:10:244:${number}::/64`] },
    status: more.status ?? {
      addresses: [
        { type: 'InternalIP', address: `192.168.0.${number}` },
        { type: 'InternalIP', address: `fd00:192::${number}` },
      ],
    },
  }
}

export const serviceCIDR = (...cidrs: readonly string[]): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes' },
  spec: { cidrs },
})

const OPTIONS: RawOptions = { 'cluster-cidr': '10.244.0.0/16,fd00:10:244::/56' }

/** Checks manifests beside worker-1 and worker-2, which are there unless other nodes are, or none. */
export function checkObjects(
  manifests: readonly Manifest[],
  options: RawOptions = {},
  rules = NO_SETTINGS.rules,
  withoutNodes = false,
): CheckReport {
  const hasNodes = withoutNodes || manifests.some(({ kind }) => kind === 'Node')
  const nodes = hasNodes ? [] : [node(1), node(2)]
  const text = [...nodes, ...manifests]
    .map(one => JSON.stringify(one, undefined, 1))
    .join('\n---\n')
  const sources = [{ name: 'objects.yaml', text }]
  return check(sources, parseOptions({ ...OPTIONS, ...options }), rules, new Diagnostics())
}

/** A slice of `shop/web` that a controller has made. */
export const managed = (name: string, by: string, of: object): Manifest =>
  slice(
    [of],
    {},
    {
      name,
      labels: { 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': by },
    },
  )

/** Findings as `shop/web spec.ports[0]: message`, of one id or of all, then with the id in front. */
export const told = ({ findings }: CheckReport, id?: string): string[] =>
  findings.flatMap(({ diagnostic: { code, subject, path, message } }) => {
    if (id !== undefined && code !== id) return []
    const where = [...(id ? [] : [code]), subject?.label ?? 'run', fieldPathText(path)]
    return `${where.filter(part => part !== '').join(' ')}: ${message}`
  })
