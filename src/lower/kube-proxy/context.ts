import {
  type EndpointNames,
  endpointNames,
  type ServicePortNames,
  servicePortNames,
} from '../../ir/names.js'
import type { Concern, Origin } from '../../ir/table.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { Plan, PortPlan } from '../../plan/plan.js'

/** A planned service port with the names of its objects, hashed once for all concerns. */
export interface NamedPort extends PortPlan {
  readonly names: ServicePortNames
}

/** What every concern of this layout lowers from. */
export interface Context {
  readonly plan: Plan
  readonly ports: readonly NamedPort[]
  /** The packet mark that asks for masquerade. */
  readonly mark: number
}

export const contextOf = (plan: Plan): Context => ({
  plan,
  ports: plan.ports.map(port => ({ ...port, names: servicePortNames(port.port) })),
  // Unsigned: 1 << 31 is negative in JavaScript.
  mark: 2 ** plan.masqueradeBit,
})

/** An origin of one concern, for one service port or for the table as a whole. */
export const originOf = (concern: Concern, named?: NamedPort): Origin =>
  named === undefined ? { concern } : { concern, port: named.port }

/** Names of an endpoint's chain and set; only affinity services have them. */
export const namesOf = ({ port }: NamedPort, endpoint: Endpoint): EndpointNames =>
  endpointNames(port, endpoint)

/** Whether the port remembers its clients, which takes a chain and a set for each endpoint. */
export const hasAffinity = ({ port }: NamedPort): boolean => port.affinitySeconds !== undefined
