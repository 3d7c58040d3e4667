import fc from 'fast-check'
import type { WatchEvent } from '../../src/incremental/objects.js'
import { type KubeObject, nodes, objectsOf, serviceDraw } from './cluster.js'

/** The objects of a cluster by kind, namespace and name, as its API server has them. */
export type World = ReadonlyMap<string, KubeObject>

export const keyOf = ({ kind, metadata: { namespace, name } }: KubeObject): string =>
  namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`

/** How many Services a history tells of. */
const SLOTS = 5

const step = fc.record({
  slot: fc.nat(SLOTS - 1),
  other: fc.nat(SLOTS - 1),
  draw: serviceDraw,
  pick: fc.nat(),
  variant: fc.nat(11),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The objects that come to be, and the keys of those that go. */
interface Deed {
  readonly put?: readonly KubeObject[]
  readonly drop?: readonly string[]
}

type Spec = Record<string, unknown> & { ports?: Record<string, unknown>[] }
type Any = KubeObject & { spec: Spec; metadata: { labels?: Record<string, string> } }

const isKind =
  (...kinds: readonly string[]) =>
  ({ kind }: KubeObject): boolean =>
    kinds.includes(kind)

const picked = <T>(items: readonly T[], pick: number): T[] =>
  items.length === 0 ? [] : [items[pick % items.length] as T]

const nameOf = (slot: number): string => `svc-${slot}`
const serviceOf = ({ kind, metadata }: KubeObject): string | undefined =>
  kind === 'EndpointSlice'
    ? (metadata as Any['metadata']).labels?.['kubernetes.io/service-name']
    : metadata.name

const ofSlot = (world: World, slot: number): KubeObject[] =>
  [...world.values()].filter(
    object =>
      isKind('Service', 'EndpointSlice', 'Endpoints')(object) && serviceOf(object) === nameOf(slot),
  )
const serviceAt = (world: World, slot: number): Any[] =>
  ofSlot(world, slot).filter(isKind('Service')) as Any[]

const withSpec = (object: Any, spec: Spec): KubeObject => ({
  ...object,
  spec: { ...object.spec, ...spec },
})
const withMetadata = (object: KubeObject, metadata: object): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
})
const withLabel = (object: KubeObject, label: string, value: string): KubeObject =>
  withMetadata(object, { labels: { ...(object as Any).metadata.labels, [label]: value } })

/** Ways to spoil an object; those that do not fit it change nothing that is read. */
const SPOILS: readonly ((object: Any) => KubeObject)[] = [
  object => withSpec(object, { ports: [{ port: 'x' }] }),
  object => withSpec(object, { clusterIP: '10.96.0.300', clusterIPs: ['10.96.0.300'] }),
  object => ({ ...object, endpoints: [{ addresses: ['10.244.1.999'] }] }),
  object => ({
    ...object,
    endpoints: [{ addresses: ['127.0.0.1'] }, { addresses: ['10.244.1.1'] }],
  }),
  object => withMetadata(object, { annotations: { 'kubenat.dev/weights': '{' } }),
  object => withMetadata(object, { annotations: { 'kubenat.dev/hash': 'x' } }),
  object => ({ ...object, subsets: [{ addresses: [{ ip: 'x' }], ports: [{ port: 80 }] }] }),
  object => ({ ...object, status: { addresses: [{ type: 'InternalIP', address: 'x' }] } }),
  object => ({ ...object, apiVersion: 'discovery.k8s.io/v1beta1' }),
]

const ZONE = 'topology.kubernetes.io/zone'
const CIDRS = [['10.96.0.0/16'], ['fd00:10:96::/108'], ['10.96.0.0/16', 'fd00:10:96::/108'], ['x']]

const kubernetesObject = (
  kind: string,
  apiVersion: string,
  name: string,
  more: object,
): KubeObject => ({
  apiVersion,
  kind,
  ...more,
  metadata: { name, ...(more as { metadata?: object }).metadata },
})

/** What may happen in a cluster. */
const DEEDS = {
  'a Service comes, or becomes another': (world, { slot, draw }) => {
    const put = objectsOf(draw, slot)
    const keys = new Set(put.map(keyOf))
    return {
      put,
      drop: ofSlot(world, slot)
        .map(keyOf)
        .filter(key => !keys.has(key)),
    }
  },
  'a Service goes with all it has': (world, { slot }) => ({ drop: ofSlot(world, slot).map(keyOf) }),
  'an object goes': (world, { pick }) => ({ drop: picked([...world.keys()], pick) }),
  'an object is spoilt': (world, { pick, variant }) => ({
    put: picked([...world.values()], pick).map(
      object => SPOILS[variant % SPOILS.length]?.(object as Any) ?? object,
    ),
  }),
  'all is mended': (world, { draw }) => ({
    put: [
      ...nodes,
      ...Array.from({ length: SLOTS }, (_, i) => i)
        .filter(slot => serviceAt(world, slot).length > 0)
        .flatMap(slot => objectsOf(draw, slot)),
    ],
  }),
  'a Service claims what another has': (world, { slot, other, variant }) => ({
    put: serviceAt(world, slot).flatMap(object =>
      serviceAt(world, other).map(({ spec }) => {
        const { clusterIP, clusterIPs, ipFamilies, externalIPs, ports = [] } = spec
        const own = object.spec.ports ?? []
        if (variant % 4 === 0) return withSpec(object, { clusterIP, clusterIPs, ipFamilies, ports })
        if (variant % 4 === 1) return withSpec(object, { externalIPs, ports })
        if (variant % 4 === 2) {
          const nodePorts = own.map((port, i) => ({ ...port, nodePort: ports[i]?.nodePort }))
          return withSpec(object, { type: 'NodePort', ports: nodePorts })
        }
        return withSpec(object, {
          type: 'LoadBalancer',
          externalTrafficPolicy: 'Local',
          healthCheckNodePort: ports[0]?.nodePort,
        })
      }),
    ),
  }),
  'a Service gets another age': (world, { slot, variant }) => ({
    put: serviceAt(world, slot).map(object =>
      withMetadata(object, { creationTimestamp: `2026-01-0${(variant % 3) + 1}T00:00:00Z` }),
    ),
  }),
  'a Service has no rules, or no cluster IP': (world, { slot, variant }) => ({
    put: serviceAt(world, slot).map(object => {
      const { clusterIP: _, clusterIPs: __, ...spec } = object.spec
      if (variant % 4 === 0) return withSpec(object, { clusterIP: 'None', clusterIPs: ['None'] })
      if (variant % 4 === 1)
        return { ...object, spec: { type: 'ExternalName', externalName: 'a.example' } }
      if (variant % 4 === 2)
        return withLabel(object, 'service.kubernetes.io/service-proxy-name', 'x')
      return { ...object, spec }
    }),
  }),
  'a slice moves, or does not count': (world, { pick, other, variant }) => ({
    put: picked([...world.values()].filter(isKind('EndpointSlice')), pick).map(object => {
      if (variant % 3 === 0) return withLabel(object, 'kubernetes.io/service-name', nameOf(other))
      if (variant % 3 === 1) return withLabel(object, 'service.kubernetes.io/headless', '')
      return { ...object, addressType: 'FQDN' }
    }),
  }),
  'Endpoints come': (world, { slot, variant }) => {
    const [service] = serviceAt(world, slot)
    const { namespace = 'default' } = service?.metadata ?? {}
    const ports = service?.spec.ports?.map(({ name, protocol }) => ({ name, protocol, port: 7000 }))
    const addresses = ['10.244.1.77', 'fd00:10:244:1::77'].map(ip => ({ ip, nodeName: 'worker-1' }))
    const own = ofSlot(world, slot).filter(isKind('EndpointSlice'))
    const subsets = [{ addresses: addresses.slice(0, 1 + (variant % 2)), ports }]
    return {
      put: [
        kubernetesObject('Endpoints', 'v1', nameOf(slot), { metadata: { namespace }, subsets }),
      ],
      drop: variant % 3 === 0 ? [] : own.map(keyOf),
    }
  },
  'service CIDRs come or go': (world, { pick, variant }) => {
    const name = `cidr-${pick % 2}`
    if (variant % 3 === 0)
      return { drop: world.has(`ServiceCIDR ${name}`) ? [`ServiceCIDR ${name}`] : [] }
    const spec = { cidrs: CIDRS[variant % CIDRS.length] }
    return { put: [kubernetesObject('ServiceCIDR', 'networking.k8s.io/v1', name, { spec })] }
  },
  'the nodes come': () => ({ put: nodes }),
  'a node changes': (_world, { pick, variant }) => ({
    put: picked(nodes, pick).map(object => {
      const { status, ...rest } = object
      if (variant % 4 === 0) return withLabel(object, ZONE, `zone-${'ab'[pick % 2]}`)
      if (variant % 4 === 1) return withLabel(object, ZONE, '')
      if (variant % 4 === 2) {
        return {
          ...rest,
          status: { addresses: [{ type: 'InternalIP', address: '192.168.10.99' }] },
        }
      }
      return { ...rest, status, spec: { podCIDRs: ['10.244.77.0/24'] } }
    }),
  }),
  'others come': (_world, { slot, variant }) => ({
    put: picked(
      [
        kubernetesObject('Service', 'serving.knative.dev/v1', nameOf(slot), { spec: {} }),
        kubernetesObject('Pod', 'v1', nameOf(slot), { spec: {} }),
      ],
      variant,
    ),
  }),
} as const satisfies Record<string, (world: World, step: Step) => Deed>

const NAMES = Object.keys(DEEDS) as (keyof typeof DEEDS)[]
/** What there is most of in a cluster comes most often. */
const WEIGHTED = fc.oneof(
  { weight: 2, arbitrary: fc.constant(NAMES[0] as (typeof NAMES)[number]) },
  { weight: 3, arbitrary: fc.constantFrom(...NAMES) },
)

/** One thing that happens, with how many of its events come in one update. */
export interface Happening {
  readonly name: keyof typeof DEEDS
  readonly step: Step
  readonly together: number
}

/** Histories that mostly begin with the nodes. */
export const happenings = (max: number): fc.Arbitrary<readonly Happening[]> => {
  const happening = (name: fc.Arbitrary<keyof typeof DEEDS>) =>
    fc.record({ name, step, together: fc.constantFrom(1, 2, 100) })
  const first = fc.oneof(
    { weight: 4, arbitrary: fc.constant('the nodes come' as const) },
    { weight: 1, arbitrary: WEIGHTED },
  )
  return fc
    .tuple(happening(first), fc.array(happening(WEIGHTED), { minLength: 1, maxLength: max - 1 }))
    .map(([head, rest]) => [head, ...rest])
}

/** What a watch tells of a happening, in updates. */
export function tell(
  world: World,
  { name, step, together }: Happening,
): readonly (readonly WatchEvent[])[] {
  const { put: made = [], drop = [] }: Deed = DEEDS[name](world, step)
  // As an API server gives them: nothing undefined.
  const put = JSON.parse(JSON.stringify(made)) as readonly KubeObject[]
  const events: WatchEvent[] = [
    ...drop.map(key => ({ type: 'DELETED', object: world.get(key) }) as const),
    ...put.map(
      object => ({ type: world.has(keyOf(object)) ? 'MODIFIED' : 'ADDED', object }) as const,
    ),
  ]
  return Array.from({ length: Math.ceil(events.length / together) }, (_, i) =>
    events.slice(i * together, (i + 1) * together),
  )
}

/** The objects after some events. */
export function after(world: World, events: readonly WatchEvent[]): World {
  const next = new Map(world)
  for (const { type, object } of events as readonly (WatchEvent & { object: KubeObject })[]) {
    if (String(object.apiVersion).startsWith('serving.')) continue
    if (type === 'DELETED') next.delete(keyOf(object))
    else next.set(keyOf(object), object)
  }
  return next
}
