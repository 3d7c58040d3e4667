import type { Cidr, Family, Ip } from '../../address/address.js'
import type { LocalDetector } from '../../plan/local-traffic.js'
import type { Claim, Fate, Packet } from '../../traffic/packet.js'

/** Source addresses that rules tell from others. */
export type Source = Cidr | Ip

/** The name of an interface that rules ask for, or how it begins. */
export interface InterfaceTest {
  readonly name: string
  readonly prefix: boolean
}

/**
 * What one node does with the traffic of one family: from a plan, or from the rules of a table. Two of
 * them are compared by the fates of packets; the rest says which packets are worth a look.
 */
export interface World {
  readonly family: Family
  /** The node's own addresses, `ANY_OWN_ADDRESS` the last; none of them loopback. */
  readonly own: readonly Ip[]
  /** By destination key. */
  readonly claims: ReadonlyMap<string, Claim>
  /** Addresses that are more than their destinations: those of ClusterIPs refuse other ports. */
  readonly guarded: ReadonlyMap<Ip, Claim['owner']>
  /** Destination ranges that rules ask for. */
  readonly networks: readonly Cidr[]
  /** Of the node's own addresses, those at which node ports are served; of tables none without any. */
  readonly nodePortsAt: readonly Ip[]
  /** Sources that count for all destinations. */
  readonly sources: readonly Source[]
  /** Sources that count for a destination alone: whom its source ranges allow. */
  readonly sourcesOf: (claim: Claim) => readonly Source[]
  /** Whether rules treat this backend apart where it sends to itself. */
  readonly isSelf: (ip: Ip) => boolean
  readonly interfaces: readonly InterfaceTest[]
  /** Absent where nothing tells pods from others, or rules only imply it. */
  readonly detector: LocalDetector | undefined
  readonly isBackend: (ip: Ip) => boolean
  readonly fateOf: (packet: Packet) => Fate
}

/**
 * Stands for every further address that the node may have: its interfaces are not all known here. No
 * host can have it (RFC 1112, RFC 6666).
 */
export const ANY_OWN_ADDRESS: Readonly<Record<Family, Ip>> = {
  IPv4: '240.0.0.1' as Ip,
  IPv6: '100::1' as Ip,
}

/** The addresses of a node in one family, as worlds have them. */
export const ownAddresses = (addresses: readonly Ip[], family: Family): readonly Ip[] => [
  ...addresses.filter(ip => ip.includes(':') === (family === 'IPv6')),
  ANY_OWN_ADDRESS[family],
]
