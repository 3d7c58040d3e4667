import type { Family } from '../address/address.js'
import type { Node } from '../model/node.js'
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

/** Something that is not tried, in words for a report. */
export interface LeftOut {
  readonly what: string
  readonly because: string
}

/** Services of a family that the node has no address of: it could neither refuse nor masquerade. */
export const familyLeft = (family: Family, { name }: Node): LeftOut => ({
  what: `${family} destinations`,
  because: `no ${family} address of ${name} is known (--node-addresses takes some)`,
})

/** Clients that no address is found for. */
export const clientsLeft = (kind: 'outside' | 'pod-elsewhere', family: Family): LeftOut => ({
  what: `${family} clients ${kind === 'outside' ? 'outside' : 'in pods elsewhere'}`,
  because:
    kind === 'outside'
      ? 'the ranges of pods leave no address for them'
      : 'neither a cluster CIDR nor another node tells where pods are',
})

/** Each once, in the order of their first appearance. */
export function distinctLeft(all: readonly LeftOut[]): readonly LeftOut[] {
  return [...new Map(all.map(one => [`${one.what}\n${one.because}`, one])).values()]
}
