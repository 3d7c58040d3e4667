import type { Ip } from '../../address/address.js'
import type { FrontendKind } from '../../plan/frontends.js'
import type { L4Protocol } from '../../rules/match.js'

/** Where traffic of a service port arrives: an address, or for node ports the node itself. */
export interface Destination {
  readonly at: Ip | 'node'
  readonly protocol: L4Protocol
  readonly port: number
}

/** What makes two destinations the same one. */
export const destinationKey = ({ at, protocol, port }: Destination): string =>
  `${at} ${protocol} ${port}`

/** Whose traffic a destination takes: a service port, or a Service as a whole without `portName`. */
export interface Owner {
  readonly namespace: string
  readonly name: string
  /** Empty for the only, unnamed port. */
  readonly portName?: string
}

/** A destination that rules or objects name, with what they say of it. */
export interface Claim {
  readonly destination: Destination
  /** Absent where rules do not tell. */
  readonly owner?: Owner | undefined
  /** Absent where rules do not tell. */
  readonly kind?: FrontendKind | undefined
}
