import { TABLE_FAMILY } from '../../ir/family.js'
import {
  type EndpointNames,
  endpointNames,
  type ServicePortNames,
  servicePortNames,
  TABLE_NAME,
} from '../../ir/names.js'
import type { Concern, Fragment, Origin, Table } from '../../ir/table.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { Plan, PortPlan } from '../../plan/plan.js'

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
