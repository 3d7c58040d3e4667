import type { ServicePort } from '../model/service-port.js'
import type { Client, Expectation, Place } from '../traffic/packet.js'

/** Kinds of destination that the objects say something about. */
export type DestinationKind =
  | 'cluster-ip'
  | 'external-ip'
  | 'load-balancer-ip'
  | 'node-port'
  | 'wrong-port'
  | 'unallocated-ip'
  | 'no-service'

/** A destination that the objects promise something about. */
export interface Destination extends Place {
  readonly kind: DestinationKind
  /** The service port that promises it; absent for what no Service stands behind. */
  readonly servicePort: ServicePort | undefined
}

/** One promise to be tried: a client, a destination, and what shall happen. */
export interface Check {
  readonly client: Client
  readonly destination: Destination
  readonly expected: Expectation
}
