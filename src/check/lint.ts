import { type Cidr, type Family, familyOf, type Ip } from '../address/address.js'
import { Diagnostics, type FieldPath } from '../diagnostics/diagnostic.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject, InputObjects } from '../input/objects.js'
import { type Cluster, modelSlices } from '../model/cluster.js'
import type { Slice } from '../model/endpoint.js'
import { isOtherProxys } from '../model/labels.js'
import type { Node } from '../model/node.js'
import { isHeadless, type ServicePort } from '../model/service-port.js'
import type { PlanSettings } from '../plan/plan.js'
import { groupBy } from '../util/collections.js'

/** Takes what a lint has found. */
export interface Tell {
  /** A finding about a field; about the input as a whole where there is no object. */
  field(object: InputObject | undefined, path: FieldPath, message: string): void
  /**
   * A finding about a field of a Node. Those that say the same of several nodes become one, on the
   * first of them.
   *
   * @param message with `node a` or `3 nodes (a, b, c)` put in
   */
  node(node: Node, path: FieldPath, message: (who: string) => string): void
}

/** One check of `kubenat check`, beyond what a compile looks at. */
export interface Lint {
  /**
   * `object` lints look at one object at a time. `all` lints compare objects: where one is left out
   * because of an error, the others look wrong, so they run on sound input only.
   */
  readonly needs: 'object' | 'all'
  readonly check: (world: World, tell: Tell) => void
}

/** The options that lints depend on. */
export interface WorldSettings {
  readonly families: readonly Family[]
  readonly layout: string
  readonly allowExternalIPs: boolean
  readonly plan: PlanSettings
}

/** A Service with what the proxy makes of it. */
export interface ServiceView {
  readonly service: InputObject<Service>
  /** Its ports in the families that are looked at; none where the proxy ignores the Service. */
  readonly ports: readonly ServicePort[]
  /** The slices that count for it, in the families that are looked at. */
  readonly slices: readonly Slice[]
}

/** Everything that lints look at. Lists are sorted, so that findings are stable. */
export interface World {
  /** Objects without errors. */
  readonly objects: InputObjects
  readonly cluster: Cluster
  readonly services: readonly ServiceView[]
  readonly slices: readonly Slice[]
  /** The nodes that are checked: the one that was asked for, or every Node object. */
  readonly nodes: readonly Node[]
  /** Whether a single node was asked for: the others may then be missing from the input. */
  readonly isOneNode: boolean
  /** Addresses of all nodes, with the first node that has each. */
  readonly nodeAddresses: ReadonlyMap<Ip, Node>
  readonly settings: WorldSettings
}

/** Joins what was loaded into what lints look at. */
export function worldOf(
  objects: InputObjects,
  cluster: Cluster,
  chosen: Node | undefined,
  settings: WorldSettings,
): World {
  const isWanted = ({ family }: { readonly family: Family }) => settings.families.includes(family)
  // What is wrong with addresses was reported when the cluster was modelled.
  const slices = modelSlices(objects, new Diagnostics()).filter(isWanted)
  const slicesOf = groupBy(slices, ({ object, serviceName }) =>
    nameOf(object.namespace, serviceName),
  )
  const ports = settings.families.flatMap(family => cluster.ports[family])
  const portsOf = groupBy(ports, ({ service }) => service)
  const nodes = chosen ? [chosen] : cluster.nodes
  return {
    objects,
    cluster,
    services: objects.Service.map(service => ({
      service,
      ports: portsOf.get(service) ?? [],
      slices: slicesOf.get(nameOf(service.namespace, service.name)) ?? [],
    })),
    slices,
    nodes,
    isOneNode: chosen !== undefined,
    nodeAddresses: addressesOf([...cluster.nodes, ...nodes]),
    settings,
  }
}

const nameOf = (namespace: string, name: string): string => `${namespace}/${name}`

function addressesOf(nodes: readonly Node[]): ReadonlyMap<Ip, Node> {
  const owners = new Map<Ip, Node>()
  for (const node of nodes) {
    for (const ip of node.addresses) if (!owners.has(ip)) owners.set(ip, node)
  }
  return owners
}

/** Whether the proxy serves a Service at all. */
export const isServed = (service: InputObject<Service>): boolean =>
  service.value.spec.type !== 'ExternalName' && !isHeadless(service) && !isOtherProxys(service)

/** The ranges that tell pods of any node from other senders; empty where nothing tells them. */
export function podRanges({ cluster, settings }: World): readonly Cidr[] {
  const { mode, clusterCIDRs } = settings.plan.localTraffic
  if (mode === 'ClusterCIDR') return clusterCIDRs
  return mode === 'NodeCIDR' ? cluster.nodes.flatMap(({ podCIDRs }) => podCIDRs) : []
}

/** Those of some CIDRs that are of a family. */
export const ofFamily = (cidrs: readonly Cidr[], family: Family): readonly Cidr[] =>
  cidrs.filter(cidr => familyOf(cidr) === family)

const MAX_NAMED = 3

/** `a`, `a and b`, `a, b, c and 7 more`. */
export function listText(items: readonly string[]): string {
  const named = items.slice(0, MAX_NAMED)
  const rest = items.length - named.length
  const last = rest > 0 ? `${rest} more` : named.pop()
  return named.length > 0 ? `${named.join(', ')} and ${last}` : (last ?? '')
}

/** `node a`, `3 nodes (a, b, c)`, `9 nodes (a, b, c, ...)`. */
export function nodesText(names: readonly string[]): string {
  if (names.length === 1) return `node ${names[0]}`
  const more = names.length > MAX_NAMED ? ', ...' : ''
  return `${names.length} nodes (${names.slice(0, MAX_NAMED).join(', ')}${more})`
}

/** `1 endpoint`, `2 endpoints`. */
export const countText = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`

/** A field of an endpoint; slices mirrored from Endpoints no longer know where it stood. */
export const endpointPath = ({ object }: Slice, index: number, ...field: string[]): FieldPath =>
  object.kind === 'Endpoints' ? ['subsets'] : ['endpoints', index, ...field]

/** A field of a port of a slice. */
export const portPath = ({ object }: Slice, index: number, ...field: string[]): FieldPath =>
  object.kind === 'Endpoints' ? ['subsets'] : ['ports', index, ...field]
