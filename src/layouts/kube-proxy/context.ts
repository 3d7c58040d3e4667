import type { Endpoint } from '../../model/endpoint.js'
import { HASH_SEED, type HashBy } from '../../model/hash.js'
import type { Protocol } from '../../model/labels.js'
import type { Frontend } from '../../plan/frontends.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import type { L4Protocol } from '../../rules/match.js'
import {
  type EndpointNames,
  endpointNames,
  type ServicePortNames,
  servicePortNames,
  TABLE_NAME,
} from '../../rules/names.js'
import type { PacketHash } from '../../rules/statement.js'
import type { Concern, Fragment, KeyType, Origin, Table } from '../../rules/table.js'

/** A planned service port with the names of its objects, hashed once for all concerns. */
export interface NamedPort extends PortPlan {
  readonly names: ServicePortNames
}

/** What a table has beside what the plan decides. */
export interface LowerSettings {
  /** Counters on the elements of the maps over destinations. */
  readonly counters: boolean
  /** Comments that name the service port, where the layout has a place for them. */
  readonly comments: boolean
}

/** What every concern of this layout lowers from. */
export interface Context extends LowerSettings {
  readonly plan: Plan
  readonly ports: readonly NamedPort[]
  /** The packet mark that asks for masquerade. */
  readonly mark: number
}

export const contextOf = (plan: Plan, settings: LowerSettings): Context => ({
  ...settings,
  plan,
  ports: plan.ports.map(port => ({ ...port, names: servicePortNames(port.port) })),
  // Unsigned: 1 << 31 is negative in JavaScript.
  mark: 2 ** plan.masqueradeBit,
})

/** kube-proxy's table of one family, made of what its concerns add to it. */
export const mergeFragments = (plan: Plan, fragments: readonly Fragment[]): Table => ({
  family: TABLE_FAMILY[plan.family],
  name: TABLE_NAME,
  comment: 'rules for kube-proxy',
  sets: fragments.flatMap(({ sets = [] }) => sets),
  maps: fragments.flatMap(({ maps = [] }) => maps),
  endpointMaps: fragments.flatMap(({ endpointMaps = [] }) => endpointMaps),
  chains: fragments.flatMap(({ chains = [] }) => chains),
})

/** An origin of one concern, for one service port or for the table as a whole. */
export const originOf = (concern: Concern, named?: NamedPort): Origin =>
  named === undefined ? { concern } : { concern, port: named.port }

/** Names of an endpoint's chain and set; only affinity services have them. */
export const namesOf = ({ port }: NamedPort, endpoint: Endpoint): EndpointNames =>
  endpointNames(port, endpoint)

/** Whether the port remembers its clients, which takes a chain and a set for each endpoint. */
export const hasAffinity = ({ port }: NamedPort): boolean => port.affinitySeconds !== undefined

/** The endpoint of each bucket of a list, where the client decides among several. */
export interface HashTable {
  readonly by: HashBy
  readonly endpoints: readonly Endpoint[]
}

/** The table of a list of endpoints; none where chance decides, or there is only one to get. */
export function hashTable({ hash }: NamedPort, list: 'cluster' | 'local'): HashTable | undefined {
  const endpoints = hash?.[list] ?? []
  return hash && endpoints.some(one => one !== endpoints[0])
    ? { by: hash.by, endpoints }
    : undefined
}

/** What of a packet is hashed. */
export const packetHash = (by: HashBy, protocol: L4Protocol): PacketHash => ({
  fields: by === 'source-ip' ? ['saddr'] : ['saddr', `${protocol}-sport`],
  seed: HASH_SEED,
})

/** Key types of the maps over service destinations and over node ports. */
export const DESTINATION_TYPES: readonly KeyType[] = ['address', 'protocol', 'port']
export const NODE_PORT_TYPES: readonly KeyType[] = ['protocol', 'port']

export const l4 = (protocol: Protocol): L4Protocol => protocol.toLowerCase() as L4Protocol

/** A frontend's key in the maps: address, protocol and port, or for node ports the latter two. */
export function frontendKey({ port }: NamedPort, frontend: Frontend): readonly string[] {
  const key = [l4(port.protocol), String(frontend.port)]
  return frontend.ip === undefined ? key : [frontend.ip, ...key]
}

/** A frontend together with the port it belongs to. */
export interface NamedFrontend {
  readonly named: NamedPort
  readonly frontend: Frontend
}

/** All frontends, apart as the maps are: those with an address, and node ports. */
export function splitFrontends(ports: readonly NamedPort[]): {
  readonly addressed: readonly NamedFrontend[]
  readonly nodePorts: readonly NamedFrontend[]
} {
  const all = ports.flatMap(named => named.frontends.map(frontend => ({ named, frontend })))
  return {
    addressed: all.filter(({ frontend }) => frontend.kind !== 'node-port'),
    nodePorts: all.filter(({ frontend }) => frontend.kind === 'node-port'),
  }
}

/** Elements without those whose key an earlier one has: a set holds a key once. */
export function firstByKey<T extends { readonly key: readonly string[] }>(
  elements: readonly T[],
): T[] {
  const byKey = new Map<string, T>()
  for (const element of elements) {
    const key = element.key.join(' ')
    if (!byKey.has(key)) byKey.set(key, element)
  }
  return [...byKey.values()]
}
