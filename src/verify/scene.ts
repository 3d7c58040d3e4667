import type { Ip } from '../address/address.js'

/** Protocols that probes speak. */
export type ProbeProtocol = 'tcp' | 'udp' | 'sctp'

/** An address and port of a transport protocol: where a probe goes, or where it is answered. */
export interface Place {
  readonly ip: Ip
  readonly port: number
  readonly protocol: ProbeProtocol
}

/** Where a sender of probes stands, seen from the node under test. */
export type ClientKind = 'outside' | 'pod' | 'pod-elsewhere' | 'node' | 'backend'

/** A sender of probes: one address in one place. */
export interface Client {
  readonly kind: ClientKind
  /** How a report calls it, e.g. `pod here 10.244.1.200`. */
  readonly name: string
  readonly ip: Ip
  /** The node's interface that its packets come in by; absent for the node's own. */
  readonly inputInterface: string | undefined
}

/** A pod of the node under test, in a namespace of its own. */
export interface Pod {
  readonly name: string
  /** At most one of each family. */
  readonly addresses: readonly Ip[]
  /** The node's end of its cable; a port of the bridge, where there is one. */
  readonly device: string
}

/**
 * The hosts of a verification: the node under test with its pods, and behind its uplink `eth0`
 * everybody else. All traffic passes the node, also between two who both stand behind the uplink, so
 * that no answer is lost for reasons that the rules do not know.
 */
export interface Scene {
  readonly node: {
    readonly name: string
    /** Of its interfaces, loopback left out; the primary one of each family first. */
    readonly addresses: readonly Ip[]
  }
  readonly pods: readonly Pod[]
  /** A bridge of the node that the pods hang on, where the detection of local traffic asks for one. */
  readonly bridge: string | undefined
  /**
   * Addresses behind the uplink, of pods and hosts elsewhere and of clients outside. Every address
   * that is neither the node's nor a pod's is answered there, whether it is in this list or not; from
   * those in the list probes are sent.
   */
  readonly beyond: readonly Ip[]
  /** Where somebody answers: backends, and whoever an untouched packet finds. All else is stray. */
  readonly listeners: readonly Place[]
}

/** The uplink of the node. */
export const UPLINK = 'eth0'
