import type { Ip } from '../address/address.js'

/** What became of one probe. */
export type Observation =
  /** A listener answered. */
  | {
      readonly kind: 'answer'
      /** Address and port that the packet had when it arrived. */
      readonly at: { readonly ip: Ip; readonly port: number }
      /** The source that the listener saw. */
      readonly source: Ip
    }
  /** An error came back as from a rule that rejects: ICMP port unreachable, or a reset. */
  | { readonly kind: 'refused' }
  /** Nothing came back in time. */
  | { readonly kind: 'silence' }
  /** It arrived somewhere at a port where nobody listens: a DNAT to a dead port. */
  | { readonly kind: 'stray'; readonly at?: { readonly ip: Ip; readonly port: number } }
