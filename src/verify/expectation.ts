import type { Fraction } from '../trace/fraction.js'
import type { Place } from './scene.js'

/** A backend that a probe may reach, with its share of new connections. */
export interface ExpectedBackend {
  readonly at: Pick<Place, 'ip' | 'port'>
  readonly share: Fraction
  /** Whether it shall see an address of the node as the source, not the client's. */
  readonly masqueraded: boolean
}

/** What the objects promise a client at a destination. */
export type Expectation = {
  /** In the terms of the objects, e.g. `externalTrafficPolicy Local and no endpoint on this node`. */
  readonly because: string
} & (
  | { readonly verdict: 'backends'; readonly backends: readonly ExpectedBackend[] }
  /** An error comes back. */
  | { readonly verdict: 'refused' }
  /** Silence, and nothing arrives anywhere. */
  | { readonly verdict: 'dropped' }
  /** The rules leave it alone: it arrives at its own destination, from its own source. */
  | { readonly verdict: 'untouched' }
)
