import type { Ip } from '../address/address.js'
import type { FieldPath, Subject } from '../diagnostics/diagnostic.js'
import type { FrontendKind, ServicePort } from '../model/service-port.js'
import type { L4Protocol } from '../rules/match.js'
import type { PacketHash, SocketAddress } from '../rules/statement.js'
import type { BaseChain, Origin } from '../rules/table.js'
import { compareText } from '../util/collections.js'

/** The first packet of a new connection, as it meets the node; both addresses are of one family. */
export interface Packet {
  readonly saddr: Ip
  readonly daddr: Ip
  /** `icmp` stands for ICMPv6 too. */
  readonly protocol: L4Protocol | 'icmp'
  /** Absent for protocols without ports. */
  readonly dport: number | undefined
  /** Absent where it is any port: what depends on it is then answered with shares. */
  readonly sport?: number
  /** Whether the source stands for others like it: what a hash of it decides is answered with shares. */
  readonly isOneOfMany?: true
  /** The interface it came in by; `undefined` for a packet that the node itself sends. */
  readonly inputInterface: string | undefined
  /** Whether that interface is only a likely one: no test of its name is then answered. */
  readonly isInputAssumed?: true
}

/** What of the node decides beside its tables. */
export interface NodeState {
  /** Every address of its interfaces; loopback addresses count whether they are here or not. */
  readonly addresses: readonly Ip[]
  /** Who is on record in the dynamic sets, by the set's name; nobody where nothing is said. */
  readonly clients?: ReadonlyMap<string, readonly Ip[]>
}

export type Hook = BaseChain['hook']

/** The numbers of a random choice that lead to one branch: from `from` to `to`, of 0 to `modulus` - 1. */
export interface Drawn {
  readonly from: number
  readonly to: number
  readonly modulus: number
}

/** The bucket that a hash gave, or where that is not known, all buckets that lead to one branch. */
export interface Hashed {
  readonly hash: PacketHash
  readonly modulus: number
  /** In order, both ends included. */
  readonly stretches: readonly { readonly from: number; readonly to: number }[]
  /** Whether the packet tells its bucket, which is then the only one. */
  readonly isKnown: boolean
}

/** One rule that a packet matched on its way, or the policy that dropped it. */
export interface Step {
  readonly hook: Hook
  /** Family and name of the table. */
  readonly table: string
  readonly chain: string
  /** Index in the chain, or that of a base chain which is `drop`. */
  readonly rule: number | 'policy'
  /** Key of the element that answered the rule's look-up in a named map. */
  readonly element?: readonly string[]
  /** What chance had to give for this branch. */
  readonly drawn?: Drawn
  /** What a hash of the packet had to be. */
  readonly hashed?: Hashed
  /** The element's origin, else the rule's. */
  readonly origin: Origin
}

/** What becomes of a packet in the end. */
export type Outcome =
  /** It goes on to its destination, the original one or that of the DNAT. */
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** Dropped, and the sender is told: port unreachable. */
  | { readonly kind: 'reject' }
  /**
   * A rule asks or does something that is not known here: the expression, as JSON, or in nft's words
   * where what it asks for is not known of the packet.
   */
  | { readonly kind: 'unknown'; readonly what: string }

/** An element that the packet itself puts into a dynamic set. */
export interface ClientRecord {
  readonly set: string
  readonly key: readonly string[]
}

/** One possible way of a packet; the shares of all branches make one. */
export interface Branch {
  readonly share: Fraction
  readonly outcome: Outcome
  /** The new destination; absent if no DNAT took the packet, and it is untouched where accepted. */
  readonly to: SocketAddress | undefined
  readonly masqueraded: boolean
  /** The source that a rule gave it; absent where masquerade takes one of the node's addresses. */
  readonly source?: Ip
  readonly records: readonly ClientRecord[]
  /** The matched rules in their order, those of jumps that led to nothing among them. */
  readonly path: readonly Step[]
  /** The hooks that the packet came to, in order. */
  readonly hooks: readonly Hook[]
}

/** A share of flows as an exact fraction in lowest terms, so that equal shares are equal data. */
export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

export const ONE: Fraction = { numerator: 1, denominator: 1 }

/** A fraction in lowest terms; exact as long as both numbers are safe integers. */
export function fraction(numerator: number, denominator: number): Fraction {
  const divisor = gcd(numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

export const times = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator)

export const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** Why a packet comes to what it comes to, in the terms of the objects. */
export interface Reason {
  readonly code: string
  readonly text: string
  /** The service port that it is about, if it is about one. */
  readonly port?: ServicePort
  /** The object that it is about, where no service port came of it. */
  readonly subject?: Subject
  /** The field of the Service or the object. */
  readonly path?: FieldPath
}

/** A backend that a packet may reach, with its share of new connections. */
export interface ExpectedBackend {
  readonly at: Pick<Place, 'ip' | 'port'>
  readonly share: Fraction
  /** Whether it shall see an address of the node as the source, not the client's. */
  readonly masqueraded: boolean
  /** Why it is. */
  readonly because?: string
}

/** What the objects promise a client at a destination. */
export type Expectation = {
  readonly reason: Reason
} & (
  | { readonly verdict: 'backends'; readonly backends: readonly ExpectedBackend[] }
  /** An error comes back. */
  | { readonly verdict: 'refused' }
  /** Silence, and nothing arrives anywhere. */
  | { readonly verdict: 'dropped' }
  /** The rules leave it alone: it arrives at its own destination, from its own source. */
  | { readonly verdict: 'untouched' }
)

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

/** One end that new flows may come to. */
export interface End {
  /** `pass`: no rule takes the packet, it goes on to where it was addressed. */
  readonly verdict: 'backend' | 'pass' | 'drop' | 'reject'
  /** Of backends. */
  readonly to?: SocketAddress
  /** Whether the packet leaves with an address of the node as its source. */
  readonly masqueraded: boolean
  readonly share: Fraction
}

/** What becomes of the new flows of one client to one destination. */
export interface Fate {
  /** Each end once, in order of their keys; the shares make one. */
  readonly ends: readonly End[]
  /** For how long a client stays with its backend, in seconds; absent without session affinity. */
  readonly affinitySeconds?: number
  /** Which of the clients come to which end; absent where chance decides. */
  readonly hash?: FateHash
}

/** The ends of clients by their hashes. */
export interface FateHash extends PacketHash {
  readonly modulus: number
  /** All buckets in order; `end` tells ends apart, masquerade left out. */
  readonly stretches: readonly {
    readonly from: number
    readonly to: number
    readonly end: string
  }[]
}

/**
 * The share of clients that come to another end by one hash than by another; `undefined` where they hash
 * different things, and nobody's end has anything to do with that before.
 */
export function movedShare(a: FateHash, b: FateHash): Fraction | undefined {
  if (a.seed !== b.seed || a.fields.join() !== b.fields.join()) return undefined
  // In parts of 1 / (a.modulus * b.modulus) of all hashes, where both sides have whole borders.
  let moved = 0
  let at = 0
  for (let [i, j] = [0, 0]; ; ) {
    const [one, other] = [a.stretches[i], b.stretches[j]]
    if (one === undefined || other === undefined) return fraction(moved, a.modulus * b.modulus)
    const ends = [(one.to + 1) * b.modulus, (other.to + 1) * a.modulus] as const
    const next = Math.min(...ends)
    if (one.end !== other.end) moved += next - at
    at = next
    if (ends[0] === next) i++
    if (ends[1] === next) j++
  }
}

/** `ip:port` of a backend; the address alone tells the family. */
export const backendText = ({ ip, port }: SocketAddress): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`

const keyOf = ({ verdict, to, masqueraded }: End): string =>
  `${to === undefined ? verdict : backendText(to)}${masqueraded ? ' masqueraded' : ''}`

/** A fate from ends in any order; equal ones are one end with the sum of their shares. */
export function fateOf(ends: readonly End[], affinitySeconds?: number, hash?: FateHash): Fate {
  const rest = {
    ...(affinitySeconds === undefined ? {} : { affinitySeconds }),
    ...(hash === undefined ? {} : { hash }),
  }
  if (ends.length < 2) return { ends, ...rest }
  const byKey = new Map<string, End>()
  for (const end of ends) {
    const key = keyOf(end)
    const known = byKey.get(key)
    byKey.set(key, known ? { ...end, share: plus(known.share, end.share) } : end)
  }
  const sorted = [...byKey].sort(([a], [b]) => compareText(a, b))
  return { ends: sorted.map(([, end]) => end), ...rest }
}

/** Whether two fates are the same for whoever sends. */
export function sameFate(a: Fate, b: Fate): boolean {
  if (a === b) return true
  if (a.affinitySeconds !== b.affinitySeconds || a.ends.length !== b.ends.length) return false
  if (!sameHash(a.hash, b.hash)) return false
  return a.ends.every((end, index) => {
    const other = b.ends[index]
    return (
      other !== undefined &&
      end.verdict === other.verdict &&
      end.masqueraded === other.masqueraded &&
      end.to?.ip === other.to?.ip &&
      end.to?.port === other.to?.port &&
      end.share.numerator === other.share.numerator &&
      end.share.denominator === other.share.denominator
    )
  })
}

const sameHash = (a: FateHash | undefined, b: FateHash | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.modulus === b.modulus &&
    movedShare(a, b)?.numerator === 0)

/** Whether any flow comes to a backend. */
export const reaches = ({ ends }: Fate): boolean =>
  ends.some(({ verdict }) => verdict === 'backend')

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
