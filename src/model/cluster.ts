import { type Cidr, type Family, familyOf, parseCidr } from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { EndpointSlice, Service } from '../generated/types.gen.js'
import type { InputObject, InputObjects } from '../input/objects.js'
import { compareText, groupBy } from '../util/collections.js'
import { type OnConflict, resolveConflicts } from './conflicts.js'
import { checkCluster } from './cross-checks.js'
import {
  type Endpoint,
  type EndpointsByPort,
  joinSlices,
  modelSlice,
  portKey,
  type Slice,
  type SliceAddress,
} from './endpoint.js'
import { isOtherProxys, labelOf, SERVICE_NAME_LABEL } from './labels.js'
import { leftOutOf, servicesLeftOut } from './left-out.js'
import { mirrorEndpoints, reportSelected } from './mirror.js'
import { modelNode, type Node } from './node.js'
import { type EndpointLookup, modelServicePorts, type ServicePort } from './service-port.js'
import { checkWeights, NO_WEIGHTS, parseWeights, type Weights } from './weights.js'

/** Everything the objects say, in values: sorted, per family, the same for every node. */
export interface Cluster {
  /** Service ports sorted by namespace, name, port name and protocol. */
  readonly ports: Readonly<Record<Family, readonly ServicePort[]>>
  /** Sorted by name. */
  readonly nodes: readonly Node[]
  /** Where ClusterIPs come from: ServiceCIDR objects and --service-cidr. */
  readonly serviceCIDRs: readonly Cidr[]
  /** Services that labels put into the hands of another proxy, in order of their names. */
  readonly leftToOthers: readonly InputObject<Service>[]
}

/** What decides on service ports beside the objects. */
export interface ModelSettings {
  readonly onConflict: OnConflict
  readonly allowExternalIPs: boolean
}

/**
 * Joins valid objects into the cluster they describe. Sorting happens here and nowhere behind, so
 * that the order of the input never shows.
 */
export function modelCluster(
  input: InputObjects,
  serviceCIDRs: readonly Cidr[],
  settings: ModelSettings,
  problems: Diagnostics,
): Cluster {
  const objects = { ...input, Service: [...input.Service].sort(compareObjects) }
  const slices = modelSlices(objects, problems)
  const families = familiesOf(serviceCIDRs)
  const claimed = claimPorts(objects.Service, slices, families, settings, problems)
  const usable = settlePorts(claimed, settings, problems)
  // With a text that could not be read everything may look dangling.
  if (!problems.isFatal) crossCheck(usable, serviceCIDRs, objects, slices, problems)
  return {
    ports: {
      IPv4: usable.filter(({ family }) => family === 'IPv4'),
      IPv6: usable.filter(({ family }) => family === 'IPv6'),
    },
    nodes: objects.Node.filter(node => !problems.isInvalid(node))
      .map(modelNode)
      .sort((a, b) => compareText(a.name, b.name)),
    serviceCIDRs,
    leftToOthers: objects.Service.filter(
      service => isOtherProxys(service) && !problems.isInvalid(service),
    ),
  }
}

/**
 * The service ports of some Services with their endpoints, sorted; what two Services claim is still with
 * both. `slices` are those of these Services at least.
 */
export function claimPorts(
  services: readonly InputObject<Service>[],
  slices: readonly Slice[],
  clusterFamilies: readonly Family[],
  { allowExternalIPs }: ModelSettings,
  problems: Diagnostics,
): readonly ServicePort[] {
  const endpoints = indexEndpoints(services, slices, problems)
  return services
    .filter(service => !problems.isInvalid(service))
    .flatMap(service => modelServicePorts(service, clusterFamilies, endpoints, problems))
    .map(port => (allowExternalIPs ? port : { ...port, externalIPs: [] }))
    .sort(comparePorts)
}

/** Claimed ports with one owner for each destination, and without those of Services with errors. */
export const settlePorts = (
  claimed: readonly ServicePort[],
  { onConflict }: ModelSettings,
  problems: Diagnostics,
): readonly ServicePort[] =>
  resolveConflicts(claimed, onConflict, problems).filter(
    ({ service }) => !problems.isInvalid(service),
  )

/** The families of service CIDRs, each once, in their order. */
export const familiesOf = (serviceCIDRs: readonly Cidr[]): readonly Family[] => [
  ...new Set(serviceCIDRs.map(familyOf)),
]

/** Compares objects; what refers to a Service of which something is left out only looks dangling. */
function crossCheck(
  ports: readonly ServicePort[],
  serviceCIDRs: readonly Cidr[],
  objects: InputObjects,
  slices: readonly Slice[],
  problems: Diagnostics,
): void {
  const incomplete = servicesLeftOut(leftOutOf(problems))
  const isWhole = ({ service }: InputObject): boolean =>
    service === undefined || !incomplete.has(service)
  checkCluster(
    ports.filter(({ service }) => isWhole(service)),
    serviceCIDRs,
    { ...objects, Service: objects.Service.filter(isWhole) },
    slices.filter(({ object }) => isWhole(object)),
    problems,
  )
}

/** Services that no port of has an endpoint, by `namespace/name`. */
export function servicesWithoutEndpoints({ ports }: Cluster): ReadonlySet<string> {
  const all = [...ports.IPv4, ...ports.IPv6]
  const nameOf = ({ namespace, name }: ServicePort): string => keyOf(namespace, name)
  const served = new Set(all.filter(({ endpoints }) => endpoints.length > 0).map(nameOf))
  return new Set(all.map(nameOf).filter(name => !served.has(name)))
}

/** The cluster without some Services, given by `namespace/name`. */
export function withoutServices(cluster: Cluster, names: ReadonlySet<string>): Cluster {
  if (names.size === 0) return cluster
  const { IPv4, IPv6 } = cluster.ports
  const kept = (ports: typeof IPv4) =>
    ports.filter(({ namespace, name }) => !names.has(`${namespace}/${name}`))
  return { ...cluster, ports: { IPv4: kept(IPv4), IPv6: kept(IPv6) } }
}

/** The CIDRs of ServiceCIDR objects behind those given, without repetition, sorted within a family. */
export function serviceCIDRsOf(
  objects: Pick<InputObjects, 'ServiceCIDR'>,
  given: readonly Cidr[],
): readonly Cidr[] {
  const ofObjects = objects.ServiceCIDR.flatMap(({ value }) => value.spec.cidrs ?? [])
    .flatMap(text => parseCidr(text)?.cidr ?? [])
    .sort(compareText)
  return [...new Set([...given, ...ofObjects])]
}

/** The order of the service ports of a family. */
export const comparePorts = (a: ServicePort, b: ServicePort): number =>
  compareText(a.namespace, b.namespace) ||
  compareText(a.name, b.name) ||
  compareText(a.portName, b.portName) ||
  compareText(a.protocol, b.protocol)

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`

/** The slices that count, mirrored ones included, in order of their names. */
export function modelSlices(objects: InputObjects, problems: Diagnostics): Slice[] {
  const sliced = new Set(
    objects.EndpointSlice.map(({ namespace, value }) =>
      keyOf(namespace, labelOf(value.metadata, SERVICE_NAME_LABEL) ?? ''),
    ),
  )
  const alone = objects.Endpoints.filter(
    ({ namespace, name }) => !sliced.has(keyOf(namespace, name)),
  )
  for (const endpoints of alone) reportSelected(endpoints, objects.Service, problems)
  const mirrored = alone.flatMap(endpoints => mirrorEndpoints(endpoints, problems))
  return [...objects.EndpointSlice, ...mirrored]
    .sort(compareObjects)
    .flatMap(object => modelSlice(object, problems) ?? [])
    .filter(({ object }) => !problems.isInvalid(object))
}

const compareObjects = (a: InputObject, b: InputObject): number =>
  compareText(a.namespace, b.namespace) || compareText(a.name, b.name)

/** Joins the slices of each Service once per family, and answers for single ports. */
function indexEndpoints(
  services: readonly InputObject<Service>[],
  slices: readonly Slice[],
  problems: Diagnostics,
): EndpointLookup {
  const bySlice = new Map<InputObject<EndpointSlice>, Weights>()
  for (const { object } of slices) {
    const weights = parseWeights(object, problems)
    if (weights.size > 0) bySlice.set(object, weights)
  }
  const byService = groupBy(slices, ({ object, serviceName }) =>
    keyOf(object.namespace, serviceName),
  )
  const index = new Map<string, Record<Family, EndpointsByPort>>()
  for (const service of services) {
    const key = keyOf(service.namespace, service.name)
    const own = byService.get(key) ?? []
    const base = parseWeights(service, problems)
    const layers = base.size > 0 ? [base] : []
    const weightsOf = ({ object }: Slice): readonly Weights[] => {
      const over = bySlice.get(object)
      return over ? [over, ...layers] : layers
    }
    const weighted = own.flatMap(({ object }) => (bySlice.has(object) ? object : []))
    if (base.size > 0 || weighted.length > 0) {
      const known = new Set(own.flatMap(({ addresses }) => addresses.flatMap(namesOf)))
      checkWeights(service, base, known, problems)
      for (const object of weighted) {
        checkWeights(object, bySlice.get(object) ?? NO_WEIGHTS, known, problems)
      }
    }
    const join = (family: Family): EndpointsByPort =>
      joinSlices(
        own.filter(slice => slice.family === family),
        weightsOf,
      )
    index.set(key, { IPv4: join('IPv4'), IPv6: join('IPv6') })
  }
  return (service, family, portName, protocol) =>
    index.get(keyOf(service.namespace, service.name))?.[family].get(portKey(portName, protocol)) ??
    NO_ENDPOINTS
}

/** What the weights annotation may call an endpoint. */
const namesOf = ({ ip, pod }: SliceAddress): string[] => (pod === undefined ? [ip] : [ip, pod])

const NO_ENDPOINTS: readonly Endpoint[] = []
